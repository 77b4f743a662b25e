package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.io.FileIO;
import dev.knit.io.HadoopFileIO;
import dev.knit.io.S3Server;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sixteen writers on each kind of storage; {@code knit.commits} says how many commits each makes.
 */
class CommitContentionTest {
  private static final int COMMITS = Integer.getInteger("knit.commits", 4);

  @TempDir Path directory;

  @Test
  void everyCommitOnLocalFilesMakesOneVersion() throws Exception {
    FileIO io = new HadoopFileIO(new Configuration());
    CommitContention.run(io, directory.resolve("table").toString(), 200);
  }

  @Test
  void everyCommitOnHdfsMakesOneVersion() throws Exception {
    try (MiniDFSCluster cluster =
        new MiniDFSCluster.Builder(new Configuration(), directory.toFile())
            .numDataNodes(1)
            .build()) {
      cluster.waitActive();
      FileIO io = new HadoopFileIO(cluster.getConfiguration(0));
      CommitContention.run(io, cluster.getURI() + "/table", COMMITS);
    }
  }

  @Test
  void everyCommitOnS3MakesOneVersion() throws Exception {
    try (S3Server server = S3Server.start()) {
      CommitContention.run(server.io(), "s3a://knit/table", COMMITS);
    }
  }

  @Test
  void noTableIsMadeOnS3ThatPassesOverConditions() throws Exception {
    try (S3Server server = S3Server.startWithoutConditions()) {
      FileIO io = server.io();
      assertThatThrownBy(() -> TableCommit.create(io, "s3a://knit/table", TokenTable.first()))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage(
              "The storage of 's3a://knit/table' lets a second writer create a file that exists; an index table there would lose commits.");
      assertThat(new IndexTable(io, "s3a://knit/table").exists()).isFalse();
    }
  }
}
