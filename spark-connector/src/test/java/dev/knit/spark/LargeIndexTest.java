package dev.knit.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Joins on executors in processes of their own, whose heaps the index would not fit in. */
@Tag("cluster")
class LargeIndexTest {
  private static final int HEAP_MB = 256;
  private static final int ROWS = 70_000;
  private static final int DIMENSION = 1024;
  private static final int QUERIES = 400;

  @TempDir static Path directory;
  private static Properties found;
  private static KnitIndex index;

  @BeforeAll
  static void run() throws Exception {
    IndexSpec cheap = IndexSpec.of("id", "v").m(4).efConstruction(8).partitions(2);
    index = KnitIndex.build(Main.rows(LocalSpark.session(), ROWS), cheap, directory + "/index");
    found = ChildJvm.run(Main.class, directory, ChildJvm.cluster(directory));
  }

  @Test
  void theIndexIsLargerThanAnExecutorsHeap() {
    long bytes = index.snapshot().segments().stream().mapToLong(s -> s.bytes()).sum();

    assertThat(bytes).isGreaterThan((long) HEAP_MB << 20);
    assertThat(Long.parseLong(found.getProperty("heap"))).isLessThanOrEqualTo((long) HEAP_MB << 20);
  }

  @Test
  void joinsFindWhatOneProcessDoes() {
    Dataset<Row> queries = Main.queries(LocalSpark.session());

    assertThat(found.getProperty("graph")).isEqualTo(Main.sum(Main.byGraph(index, queries)));
    assertThat(found.getProperty("exact")).isEqualTo(Main.sum(Main.exactly(index, queries)));
    assertThat(found.getProperty("pairs")).isEqualTo(Main.sum(Main.pairs(index, queries)));
  }

  @Test
  void anExecutorMayBeLost() {
    assertThat(found.getProperty("lost")).isEqualTo("1");
    assertThat(found.getProperty("again")).isEqualTo(found.getProperty("exact"));
  }

  @Test
  void aDataFrameWithoutAnIndexIsSharedByADirectory() {
    assertThat(found.getProperty("scanned")).isEqualTo("1600");
    assertThat(found.getProperty("unknown")).contains("set spark.knit.temporary.dir");
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
              .config("spark.sql.shuffle.partitions", 2)
              .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
              .config(
                  "spark.executor.extraJavaOptions",
                  "-Dknit.local.dir=" + System.getProperty("java.io.tmpdir"))
              .getOrCreate();
      SparkContext context = spark.sparkContext();
      Properties results = new Properties();
      Map<String, Long> executors = ExecutorLossTest.Main.executors(context);
      results.setProperty("heap", heap(spark));
      KnitIndex index = KnitIndex.open(spark, directory + "/index");
      Dataset<Row> queries = queries(spark);
      results.setProperty("graph", sum(byGraph(index, queries)));
      results.setProperty("exact", sum(exactly(index, queries)));
      results.setProperty("pairs", sum(pairs(index, queries)));
      results.setProperty("unknown", unknownDirectory(spark, queries));
      spark.conf().set(TemporaryFiles.DIRECTORY, directory + "/temporary");
      results.setProperty(
          "scanned", "" + Knit.knnJoin(queries, "qv", rows(spark, 5000), "v", 4).count());
      ExecutorKiller killer = new ExecutorKiller(executors, "join");
      context.addSparkListener(killer);
      context.setJobDescription("join");
      results.setProperty("again", sum(exactly(index, queries)));
      results.setProperty("lost", killer.lost(context));
      ChildJvm.store(results, Path.of(directory));
      spark.stop();
    }

    static String heap(SparkSession spark) {
      UDF1<Long, Long> heap = any -> Runtime.getRuntime().maxMemory();
      var column = functions.udf(heap, org.apache.spark.sql.types.DataTypes.LongType);
      return "" + spark.range(1).select(column.apply(functions.col("id"))).head().getLong(0);
    }

    private static String unknownDirectory(SparkSession spark, Dataset<Row> queries) {
      try {
        return "found " + Knit.knnJoin(queries, "qv", rows(spark, 10), "v", 1).count();
      } catch (IllegalArgumentException e) {
        return e.getMessage();
      }
    }

    /** Columns id, v and part, the same for the same id. */
    static Dataset<Row> rows(SparkSession spark, int count) {
      UDF1<Long, float[]> vector = Main::vector;
      var column = functions.udf(vector, TestTables.VECTOR);
      return spark
          .range(0, count, 1, 8)
          .select(functions.col("id"), column.apply(functions.col("id")).as("v"))
          .withColumn("part", functions.expr("int(id % 10)"));
    }

    static Dataset<Row> queries(SparkSession spark) {
      return rows(spark, QUERIES)
          .selectExpr("id + 0 as q", "transform(v, x -> x + float(0.1)) as qv", "part as own");
    }

    private static float[] vector(long id) {
      Random random = new Random(id);
      Random near = new Random(id % 100);
      float[] vector = new float[DIMENSION];
      for (int i = 0; i < DIMENSION; i++) {
        vector[i] = near.nextFloat() + 0.2f * random.nextFloat();
      }
      return vector;
    }

    static Dataset<Row> byGraph(KnitIndex index, Dataset<Row> queries) {
      return index.knnJoin(queries, "qv", KnnOptions.of(4));
    }

    static Dataset<Row> exactly(KnitIndex index, Dataset<Row> queries) {
      return index.knnJoin(queries, "qv", KnnOptions.of(4).exactly());
    }

    static Dataset<Row> pairs(KnitIndex index, Dataset<Row> queries) {
      return index.knnJoin(queries, "qv", KnnOptions.of(4).on("part = own and id > q"));
    }

    static String sum(Dataset<Row> joined) {
      return joined.selectExpr("sum(hash(q, id, _rank))", "count(*)").head().toString();
    }
  }
}
