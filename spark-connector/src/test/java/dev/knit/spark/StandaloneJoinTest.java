package dev.knit.spark;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The same on a standalone cluster, whose master, workers and executors are processes of their own,
 * with executors of 1 GiB.
 */
@EnabledIfSystemProperty(named = "knit.standalone", matches = "true")
class StandaloneJoinTest extends LargeJoinTest {
  private StandaloneCluster cluster;

  @Override
  int heapMb() {
    return 1024;
  }

  @Override
  String master(Path logs) throws Exception {
    cluster = new StandaloneCluster(logs, 2, heapMb());
    return cluster.master();
  }

  @AfterAll
  void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }
}
