package dev.knit.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.vector.Quantization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.TaskLocality;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Joins with an index of several segments, each of which fits into the heap of an executor, but not
 * all of them; on executors in processes of their own.
 */
@Tag("cluster")
class LargeJoinTest {
  private static final int HEAP_MB = 256;
  private static final int SEGMENTS = 5;
  private static final int ROWS = 15_000; // of a segment; less than a quarter of the heap each
  private static final int DIMENSION = 1024;

  @TempDir static Path directory;
  private static Properties found;
  private static KnitIndex index;

  @BeforeAll
  static void run() throws Exception {
    IndexSpec cheap =
        IndexSpec.of("id", "v")
            .m(4)
            .efConstruction(8)
            .partitions(1)
            .quantization(Quantization.NONE);
    Dataset<Row> rows = LargeIndexTest.Main.rows(LocalSpark.session(), SEGMENTS * ROWS);
    index = KnitIndex.build(rows.where("id < " + ROWS), cheap, directory + "/index");
    for (int i = 1; i < SEGMENTS; i++) {
      index =
          index.append(rows.where("id between %d and %d".formatted(i * ROWS, (i + 1) * ROWS - 1)));
    }
    Files.createDirectories(directory.resolve("home/jars"));
    found =
        ChildJvm.run(
            Main.class,
            directory,
            Map.of(
                "SPARK_HOME", directory.resolve("home").toString(),
                "SPARK_SCALA_VERSION", "2.13",
                "SPARK_LOCAL_IP", "127.0.0.1"));
  }

  @Test
  void theVectorsAreLargerThanAnExecutorsHeap() {
    assertThat(index.snapshot().segments()).hasSize(SEGMENTS);
    assertThat((long) SEGMENTS * ROWS * DIMENSION * Float.BYTES)
        .isGreaterThan((long) HEAP_MB << 20);
    assertThat((long) ROWS * DIMENSION * Float.BYTES).isLessThan((long) HEAP_MB << 18);
    assertThat(Long.parseLong(found.getProperty("heap"))).isLessThanOrEqualTo((long) HEAP_MB << 20);
  }

  @Test
  void joinsAreOfGroupsAndFindWhatOneProcessDoes() {
    Dataset<Row> queries = LargeIndexTest.Main.queries(LocalSpark.session());

    assertThat(found.getProperty("plan")).contains("KnitSearchGroups");
    assertThat(found.getProperty("exact"))
        .isEqualTo(LargeIndexTest.Main.sum(LargeIndexTest.Main.exactly(index, queries)));
    assertThat(found.getProperty("graph"))
        .isEqualTo(LargeIndexTest.Main.sum(LargeIndexTest.Main.byGraph(index, queries)));
    assertThat(found.getProperty("pairs"))
        .isEqualTo(LargeIndexTest.Main.sum(LargeIndexTest.Main.pairs(index, queries)));
  }

  @Test
  void aSkewedLeftSideIsJoinedTheSame() {
    assertThat(found.getProperty("skewed")).isEqualTo(found.getProperty("graph"));
  }

  @Test
  void anExecutorMayBeLost() {
    assertThat(found.getProperty("lost")).isEqualTo("1");
    assertThat(found.getProperty("again")).isEqualTo(found.getProperty("exact"));
  }

  @Test
  void tasksRunWhereTheirSegmentsAreOpen() {
    assertThat(Integer.parseInt(found.getProperty("local"))).isPositive();
  }

  /** The driver. */
  static final class Main {
    public static void main(String[] arguments) throws Exception {
      String directory = arguments[0];
      SparkSession spark =
          SparkSession.builder()
              .master("local-cluster[2,1,%d]".formatted(HEAP_MB))
              .config("spark.executor.memory", HEAP_MB + "m")
              .config("spark.testing.reservedMemory", 32 << 20) // Spark starts with no less
              .config("spark.ui.enabled", false)
              .config("spark.driver.host", "127.0.0.1")
              .config("spark.sql.shuffle.partitions", 4)
              .config("spark.shuffle.io.maxRetries", 1) // of fetches from the one that is lost
              .config("spark.shuffle.io.retryWait", "100ms")
              .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
              .config(
                  "spark.executor.extraJavaOptions",
                  "-Dknit.local.dir=" + System.getProperty("java.io.tmpdir"))
              .getOrCreate();
      SparkContext context = spark.sparkContext();
      Properties results = new Properties();
      Map<String, Long> executors = ExecutorLossTest.Main.executors(context);
      results.setProperty("heap", LargeIndexTest.Main.heap(spark));
      KnitIndex index = KnitIndex.open(spark, directory + "/index");
      Dataset<Row> queries = LargeIndexTest.Main.queries(spark);
      Dataset<Row> exactly = LargeIndexTest.Main.exactly(index, queries);
      results.setProperty("plan", exactly.queryExecution().executedPlan().toString());
      LocalTasks local = new LocalTasks();
      context.addSparkListener(local);
      results.setProperty("exact", LargeIndexTest.Main.sum(exactly));
      context.listenerBus().waitUntilEmpty();
      results.setProperty("local", local.count.toString());
      Dataset<Row> byGraph = LargeIndexTest.Main.byGraph(index, queries);
      results.setProperty("graph", LargeIndexTest.Main.sum(byGraph));
      results.setProperty(
          "pairs", LargeIndexTest.Main.sum(LargeIndexTest.Main.pairs(index, queries)));
      Dataset<Row> skewed = queries.repartition(4, queries.col("q").divide(390).cast("int"));
      results.setProperty(
          "skewed", LargeIndexTest.Main.sum(LargeIndexTest.Main.byGraph(index, skewed)));
      ExecutorKiller killer = new ExecutorKiller(executors, "join", "SearchGroupsRdd");
      context.addSparkListener(killer);
      context.setJobDescription("join");
      results.setProperty(
          "again", LargeIndexTest.Main.sum(LargeIndexTest.Main.exactly(index, skewed)));
      results.setProperty("lost", killer.lost(context));
      ChildJvm.store(results, Path.of(directory));
      spark.stop();
    }
  }

  /** Counts tasks that ran in the process that was preferred. */
  private static final class LocalTasks extends SparkListener {
    final AtomicInteger count = new AtomicInteger();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      if (end.taskInfo().taskLocality().equals(TaskLocality.PROCESS_LOCAL())) {
        count.incrementAndGet();
      }
    }
  }
}
