package dev.knit.io;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a real HDFS of one data node. */
class HdfsFileIOTest extends FileIOContract {
  private static MiniDFSCluster cluster;
  private final String root = cluster.getURI() + "/" + UUID.randomUUID();

  @BeforeAll
  static void startCluster(@TempDir Path directory) throws IOException {
    Configuration configuration = new Configuration();
    File base = directory.resolve("hdfs").toFile();
    cluster = new MiniDFSCluster.Builder(configuration, base).numDataNodes(1).build();
    cluster.waitActive();
  }

  @AfterAll
  static void stopCluster() {
    cluster.shutdown();
  }

  @Override
  FileIO io() {
    return new HadoopFileIO(cluster.getConfiguration(0));
  }

  @Override
  String root() {
    return root;
  }
}
