package dev.knit.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.vector.Quantization;
import java.nio.file.Path;
import java.util.List;
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
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Joins with an index of several segments, each of which fits into the heap of an executor, but not
 * all of them; on executors in processes of their own.
 */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LargeJoinTest {
  private static final int SEGMENTS = 5;
  private static final int DIMENSION = 1024;

  /** Of a segment, which takes less than a quarter of the heap. */
  private final int rows = 60 * heapMb();

  private Path directory;
  private Properties found;
  private KnitIndex index;

  /** Of an executor. */
  int heapMb() {
    return 256;
  }

  /** A cluster of two executors of one core. */
  String master(Path logs) throws Exception {
    return "local-cluster[2,1,%d]".formatted(heapMb());
  }

  @BeforeAll
  void run(@TempDir Path directory) throws Exception {
    this.directory = directory;
    build();
    found =
        ChildJvm.run(
            Main.class,
            directory,
            ChildJvm.cluster(directory),
            "-Dmaster=" + master(directory),
            "-Dheap=" + heapMb());
  }

  private void build() {
    IndexSpec cheap =
        IndexSpec.of("id", "v")
            .m(4)
            .efConstruction(8)
            .partitions(1)
            .quantization(Quantization.NONE);
    Dataset<Row> all = LargeIndexTest.Main.rows(LocalSpark.session(), SEGMENTS * rows);
    index = KnitIndex.build(all.where("id < " + rows), cheap, directory + "/index");
    for (int i = 1; i < SEGMENTS; i++) {
      index =
          index.append(all.where("id between %d and %d".formatted(i * rows, (i + 1) * rows - 1)));
    }
  }

  @Test
  void theVectorsAreLargerThanAnExecutorsHeap() {
    assertThat(index.snapshot().segments()).hasSize(SEGMENTS);
    assertThat((long) SEGMENTS * rows * DIMENSION * Float.BYTES)
        .isGreaterThan((long) heapMb() << 20);
    assertThat((long) rows * DIMENSION * Float.BYTES).isLessThan((long) heapMb() << 18);
    assertThat(Long.parseLong(found.getProperty("heap")))
        .isLessThanOrEqualTo((long) heapMb() << 20);
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
  void searchesForOneVectorAreOfGroupsToo() {
    SparkSession spark = LocalSpark.session();

    assertThat(found.getProperty("top.plan")).containsPattern("in \\d groups of segments");
    for (String statement : Main.SEARCHES) {
      assertThat(found.getProperty(statement))
          .as(statement)
          .isEqualTo(Main.search(spark, statement, directory.toString()))
          .isNotEqualTo("[]");
    }
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
    static final List<String> SEARCHES =
        List.of(
            "select id from INDEX order by vector_l2_distance(v, :q) limit 20",
            "select id, _rank from INDEX where part < 3 order by vector_l2_distance(v, :q) limit 9",
            "select id, _rank from knit_search('INDEX', :q, 12)",
            "select id, _rank from knit_range('INDEX', :q, max_distance => 5.5)",
            "select value, count from knit_facets('INDEX', :q, facet => 'part', k => 40)");

    /** What a statement finds for the first query. */
    static String search(SparkSession spark, String statement, String directory) {
      return rows(spark, statement, directory).collectAsList().toString();
    }

    private static Dataset<Row> rows(SparkSession spark, String statement, String directory) {
      String index = directory + "/index";
      boolean function = statement.contains("'INDEX'");
      return spark.sql(
          statement.replace("INDEX", function ? index : "knit.`" + index + "`")
              + (function ? " order by all" : ""),
          Map.of("q", LargeIndexTest.Main.queries(spark).head().getList(1).toArray(Float[]::new)));
    }

    public static void main(String[] arguments) throws Exception {
      String directory = arguments[0];
      SparkSession spark =
          SparkSession.builder()
              .master(System.getProperty("master"))
              .config("spark.executor.memory", System.getProperty("heap") + "m")
              .config("spark.testing.reservedMemory", 32 << 20) // Spark starts with no less
              .config("spark.ui.enabled", false)
              .config("spark.driver.host", "127.0.0.1")
              .config("spark.sql.shuffle.partitions", 4)
              .config("spark.sql.catalog.knit", "dev.knit.spark.catalog.KnitCatalog")
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
      results.setProperty(
          "top.plan", rows(spark, SEARCHES.get(0), directory).queryExecution().toString());
      for (String statement : SEARCHES) {
        results.setProperty(statement, search(spark, statement, directory));
      }
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
