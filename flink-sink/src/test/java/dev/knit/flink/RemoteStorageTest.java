package dev.knit.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.io.S3Server;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Jobs whose table is on HDFS, and on an S3-compatible store, reached by Hadoop's settings. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class RemoteStorageTest {
  private static final long CHANGES = 2000;
  private static final String S3 = "fs.s3a.";

  @RegisterExtension static final MiniClusterExtension CLUSTER = SinkJob.cluster(1, 2);

  @Test
  void hdfs(@TempDir Path directory) throws Exception {
    MiniDFSCluster hdfs =
        new MiniDFSCluster.Builder(new Configuration(), directory.toFile()).numDataNodes(1).build();
    try {
      hdfs.waitActive();
      stream(TableAccess.of(hdfs.getURI() + "/tables/films"));
    } finally {
      hdfs.shutdown();
    }
  }

  @Test
  void s3() throws Exception {
    try (S3Server server = S3Server.start()) {
      Map<String, String> settings = new HashMap<>();
      server
          .configuration()
          .getPropsWithPrefix(S3)
          .forEach((name, value) -> settings.put(S3 + name, value));
      stream(TableAccess.of("s3a://knit/films", settings));
    }
  }

  private static void stream(TableAccess table) throws Exception {
    ChangeLog log = new ChangeLog(3, 200);
    KnitSink<Long> sink = SinkJob.<Long>sink(table, log).build();
    SinkJob.of(sink, CHANGES, 10, 2).run();
    assertThat(TestRows.of(table)).isEqualTo(log.rows(CHANGES));
    TestRows.assertWhole(table);
  }
}
