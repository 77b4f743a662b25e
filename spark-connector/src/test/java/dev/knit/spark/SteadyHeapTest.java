package dev.knit.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SteadyHeapTest {
  private static final int ROUND = 20_000;
  private static final int ROUNDS = 5;

  @TempDir Path directory;

  /** What Spark itself keeps of finished jobs is far below ten bytes per query. */
  @Test
  void queriesLeaveNothingOnTheHeap() throws InterruptedException {
    KnitIndex index =
        KnitIndex.build(
            TestTables.items(1000, 8, 13), IndexSpec.of("id", "v"), directory + "/index");
    join(index);
    long before = liveBytes();
    List<Long> growth = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      join(index);
      growth.add(liveBytes() - before);
    }

    assertThat(growth.get(ROUNDS - 1))
        .as("bytes more than before, by round: %s", growth)
        .isLessThan(10L * ROUND * ROUNDS);
  }

  private static void join(KnitIndex index) {
    Dataset<Row> queries =
        LocalSpark.session()
            .range(0, ROUND, 1, 4)
            .selectExpr("id as q", "transform(sequence(1, 8), i -> float(sin(id * i))) as qv");
    index
        .knnJoin(queries, "qv", KnnOptions.of(5).excludeSelf("q"))
        .write()
        .format("noop")
        .mode("overwrite")
        .save();
  }

  private static long liveBytes() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(100); // for Spark's cleaner
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
