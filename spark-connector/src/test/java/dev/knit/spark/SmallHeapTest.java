package dev.knit.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a JVM whose heap the lists of the whole graph alone would not fit in. */
class SmallHeapTest {
  private static final int HEAP_MB = 224;
  private static final int ROWS = 120_000;
  private static final int M = 128;

  /** Of six dimensions, so often that builds and merges sketch edges. */
  private static final int TIMES = 6;

  @TempDir Path directory;

  @Test
  void aBuildByCellsNeedsNoMoreThanAPairOfThem() throws Exception {
    long lists = (long) ROWS * 2 * M * (Integer.BYTES + Float.BYTES); // of subgraphs, with lengths
    assertThat(lists).isGreaterThan((long) HEAP_MB << 20);

    Properties found =
        ChildJvm.run(
            Main.class, directory, Map.of("SPARK_LOCAL_IP", "127.0.0.1"), "-Xmx" + HEAP_MB + "m");

    KnitIndex index = KnitIndex.open(LocalSpark.session(), directory + "/index");
    assertThat(index.verify().problems()).isEmpty();
    assertThat(index.snapshot().segments().get(0).rows()).isEqualTo(ROWS);
    assertThat(found.getProperty("partitioning")).isEqualTo("cells");
  }

  /** The driver, which is the executor as well. */
  static final class Main {
    public static void main(String[] arguments) throws Exception {
      SparkSession spark =
          SparkSession.builder()
              .master("local[1]")
              .config("spark.ui.enabled", false)
              .config("spark.driver.host", "127.0.0.1")
              .config("spark.sql.shuffle.partitions", 4)
              .config("spark.testing.memory", 512 << 20) // Spark starts with no less
              .getOrCreate();
      Dataset<Row> rows =
          spark
              .range(0, ROWS, 1, 4)
              .selectExpr(
                  "id",
                  "flatten(array_repeat(transform(sequence(1, 6), i -> float(hash(id, i) / 1e9)), %d)) as v"
                      .formatted(TIMES));
      IndexSpec spec =
          IndexSpec.of("id", "v")
              .partitioning(Partitioning.CELLS)
              .partitions(32)
              .m(M)
              .efConstruction(16);
      KnitIndex index = KnitIndex.build(rows, spec, arguments[0] + "/index");
      Properties results = new Properties();
      results.setProperty("partitioning", index.buildReport().orElseThrow().partitioning());
      ChildJvm.store(results, Path.of(arguments[0]));
      spark.stop();
    }
  }
}
