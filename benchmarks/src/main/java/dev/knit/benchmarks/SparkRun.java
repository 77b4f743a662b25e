package dev.knit.benchmarks;

import dev.knit.spark.IndexSpec;
import dev.knit.spark.KnitIndex;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A session with the queries, the vectors as a cached table, and an index of them. */
final class SparkRun implements AutoCloseable {
  private static final String JOIN =
      "select q.q, d.id from %s q join %s d %s nearest " + DataSet.K + " by %s";

  private final DataSet data;
  private final SparkSession spark;
  private final String index;
  private SearchShare share;

  /** How many rows and queries. */
  record Sizes(int rows, int queries) {}

  /** A session; of each query there are some copies, see {@link NearbyQueries}. */
  SparkRun(DataSet data, int copies, BuildParams params, Path directory) throws Exception {
    this.data = data;
    this.spark =
        SparkSession.builder()
            .master("local[%d]".formatted(params.threads()))
            .config("spark.ui.enabled", false)
            .config("spark.sql.shuffle.partitions", params.threads())
            .config("spark.driver.host", "localhost")
            .getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    Path path = directory == null ? Files.createTempDirectory("knit-bench") : directory;
    this.index = path.resolve("index").toString();
    if (!Files.exists(path.resolve("index"))) {
      IndexSpec spec =
          IndexSpec.of("id", "v")
              .metric(data.metric())
              .m(params.m())
              .efConstruction(params.efConstruction());
      KnitIndex.build(table("id", "v", data.base(), 8), spec, index);
    }
    table("q", "qv", NearbyQueries.of(data.queries(), copies), params.threads())
        .cache()
        .createOrReplaceTempView("queries");
  }

  /** Seconds of Spark's own join of some rows, the second time. */
  double own(Sizes sizes) {
    float[][] base = Arrays.copyOf(data.base(), sizes.rows());
    float[][] queries = Arrays.copyOf(data.queries(), sizes.queries());
    Dataset<Row> plain = table("id", "v", base, 2).cache();
    plain.createOrReplaceTempView("plain");
    table("q", "qv", queries, 2).createOrReplaceTempView("own_queries");
    plain.count();
    String query = JOIN.formatted("own_queries", "plain", "exact", ranking());
    seconds(query);
    double seconds = seconds(query);
    plain.unpersist();
    return seconds;
  }

  /** Seconds of the join by the index: the median of some rounds, after two to warm up. */
  double seconds(String mode, int ef, int rounds) throws TimeoutException {
    String query = onIndex(mode, ef);
    seconds(query);
    seconds(query);
    share = new SearchShare();
    spark.sparkContext().addSparkListener(share);
    double[] seconds = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      seconds[i] = seconds(query);
    }
    spark.sparkContext().listenerBus().waitUntilEmpty();
    spark.sparkContext().removeSparkListener(share);
    Arrays.sort(seconds);
    return seconds[rounds / 2];
  }

  /** The share of task time that the rounds measured last spent in searches. */
  double share() {
    return share.share();
  }

  /** The share of true neighbors among those found. */
  double recall(String mode, int ef) {
    Map<Integer, Set<Integer>> found = new HashMap<>();
    for (Row row : spark.sql(onIndex(mode, ef)).collectAsList()) {
      found.computeIfAbsent(row.getInt(0), q -> new HashSet<>()).add(row.getInt(1));
    }
    int hits = 0;
    for (int q = 0; q < data.queries().length; q++) {
      for (int id : data.truth()[q]) {
        hits += found.getOrDefault(q, Set.of()).contains(id) ? 1 : 0;
      }
    }
    return (double) hits / ((long) data.queries().length * DataSet.K);
  }

  @Override
  public void close() {
    spark.stop();
  }

  private String onIndex(String mode, int ef) {
    spark.read().format("knit").option("ef", ef).load(index).createOrReplaceTempView("docs");
    return JOIN.formatted("queries", "docs", mode, ranking());
  }

  private String ranking() {
    return switch (data.metric()) {
      case L2 -> "distance vector_l2_distance(d.v, q.qv)";
      case COSINE -> "similarity vector_cosine_similarity(d.v, q.qv)";
      case INNER_PRODUCT -> "similarity vector_inner_product(d.v, q.qv)";
      case L1 -> throw new IllegalArgumentException("Spark has no function for l1.");
    };
  }

  private double seconds(String query) {
    long start = System.nanoTime();
    spark.sql(query).write().format("noop").mode("overwrite").save();
    return (System.nanoTime() - start) / 1e9;
  }

  private Dataset<Row> table(String id, String vector, float[][] vectors, int partitions) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < vectors.length; i++) {
      rows.add(RowFactory.create(i, vectors[i]));
    }
    StructType schema =
        new StructType()
            .add(id, DataTypes.IntegerType)
            .add(vector, DataTypes.createArrayType(DataTypes.FloatType));
    return spark.createDataFrame(rows, schema).repartition(partitions);
  }
}
