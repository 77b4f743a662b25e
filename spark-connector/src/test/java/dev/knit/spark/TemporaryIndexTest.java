package dev.knit.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.vector.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.ExplainMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Joins with DataFrames that have no index. */
class TemporaryIndexTest {
  private static final long SEED = 23;

  @TempDir Path directory;
  private final SparkSession spark = LocalSpark.session();
  private final Dataset<Row> items = TestTables.items(1000, 8, SEED);
  private final Dataset<Row> queries = TestTables.queries(30, 8, SEED);

  @BeforeEach
  void setDirectory() {
    spark.conf().set(TemporaryFiles.DIRECTORY, directory.toString());
  }

  @AfterEach
  void unsetDirectory() {
    spark.conf().unset(TemporaryFiles.DIRECTORY);
  }

  @Test
  void aSmallJoinIsScanned() throws Exception {
    Dataset<Row> joined = Knit.knnJoin(queries, "qv", items, "v", 4);
    assertThat(LocalSpark.jobsOf(joined::schema)).isZero();
    assertThat(files()).isEmpty();
    assertThat(plan(joined)).contains("temporary index, by graph or exact scan");

    assertThat(KnnJoinTest.pairs(joined)).isEqualTo(KnnJoinTest.pairs(bySpark(items, 4)));

    assertThat(joined.columns())
        .containsExactly("q", "qv", "id", "name", "part", "_distance", "_rank");
    assertThat(plan(joined))
        .contains("exact scan: 1,000 rows x 30 queries cost 3.00e+04 by a scan");
    assertThat(files()).hasSize(1);
  }

  @Test
  void aLargeJoinGetsAGraph() throws Exception {
    Dataset<Row> right = TestTables.items(5000, 8, SEED);
    Dataset<Row> many = queries.crossJoin(spark.range(100)).drop("id");
    IndexSpec cheap = IndexSpec.of("id", "v").efConstruction(16).partitions(2);
    Dataset<Row> joined = Knit.knnJoin(many, "qv", right, cheap, KnnOptions.of(4).ef(16));

    assertThat(joined.count()).isEqualTo(4 * 30 * 100);
    assertThat(plan(joined)).contains("graph: 5,000 rows x 3,000 queries");
    assertThat(graphs()).hasSize(2);
    Dataset<Row> few = joined.dropDuplicates("q", "id");
    assertThat(KnnJoinTest.recall(few, bySpark(right, 4)))
        .as("recall, seed %d", SEED)
        .isGreaterThanOrEqualTo(0.9);
  }

  @Test
  void theTableIsRemovedWhenNoQueryRefersToIt() throws Exception {
    Dataset<Row> joined = Knit.knnJoin(queries, "qv", items, "v", 2);
    Dataset<Row> derived = joined.where("_rank = 1").cache();
    assertThat(derived.count()).isEqualTo(30);
    joined = null;
    assertThat(removed(5)).isFalse();
    assertThat(derived.where("_distance >= 0").count()).isEqualTo(30);
    derived.unpersist(true);
    derived = null;

    assertThat(removed(100)).isTrue();
  }

  @Test
  void aFailureLeavesNothing() throws IOException {
    Dataset<Row> mixed = items.withColumn("v", expr("if(id = 7, array(1f), v)"));
    Dataset<Row> joined = Knit.knnJoin(queries, "qv", mixed, "v", 2);

    assertThatThrownBy(joined::count)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has dimension 1, but 999 row(s) have dimension 8.");
    assertThat(files()).isEmpty();
  }

  @Test
  void aQueryOfAnotherDimensionFails() {
    Dataset<Row> wrong = queries.withColumn("qv", expr("array(1f, 2f)"));

    assertThatThrownBy(() -> Knit.knnJoin(wrong, "qv", items, "v", 2).collectAsList())
        .hasMessageContaining("Vector has dimension 2, but 8 was expected.");
  }

  @Test
  void nullVectorsMatchNothingOnBothSides() {
    Dataset<Row> left = queries.withColumn("qv", expr("if(q % 3 = 0, null, qv)"));
    Dataset<Row> right = items.withColumn("v", expr("if(id % 2 = 0, null, v)"));

    Dataset<Row> inner = Knit.knnJoin(left, "qv", right, "v", 3);
    assertThat(inner.count()).isEqualTo(60);
    assertThat(inner.where("id % 2 = 0").count()).isZero();
    Dataset<Row> outer =
        Knit.knnJoin(left, "qv", right, IndexSpec.of("v"), KnnOptions.of(3).leftOuter());
    assertThat(outer.count()).isEqualTo(70);
  }

  @Test
  void noRowsAreNoNeighbors() {
    Dataset<Row> none = items.where("id < 0");

    assertThat(Knit.knnJoin(queries, "qv", none, "v", 3).count()).isZero();
    Dataset<Row> outer =
        Knit.knnJoin(queries, "qv", none, IndexSpec.of("v"), KnnOptions.of(3).leftOuter());
    assertThat(outer.where("id is null and _distance is null").count()).isEqualTo(30);
  }

  @Test
  void optionsAreAsForAnIndex() {
    KnnOptions options =
        KnnOptions.of(3).filter("part < 60 and size(v) = 8").on("part % 3 = q % 3").leftOuter();
    Dataset<Row> joined =
        Knit.knnJoin(queries, "qv", items, IndexSpec.of("id", "v").metric(Metric.COSINE), options);
    Dataset<Row> expected =
        queries
            .crossJoin(items)
            .where("part < 60 and part % 3 = q % 3")
            .withColumn(
                "r",
                expr(
                    "row_number() over (partition by q order by -vector_cosine_similarity(qv, v), id)"))
            .where("r <= 3");

    assertThat(KnnJoinTest.pairs(joined)).isEqualTo(KnnJoinTest.pairs(expected));
  }

  @Test
  void kMayBeMoreThanThereIs() {
    assertThat(Knit.knnJoin(queries, "qv", items, "v", 200_000).count()).isEqualTo(30_000);
    assertThatThrownBy(() -> Knit.knnJoin(queries, "qv", items, "v", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("k (0) must be at least 1.");
  }

  @Test
  void doublesAreVectorsAndDecimalsAreNot() {
    Dataset<Row> doubles = items.withColumn("v", col("v").cast("array<double>"));
    assertThat(KnnJoinTest.pairs(Knit.knnJoin(queries, "qv", doubles, "v", 4)))
        .isEqualTo(KnnJoinTest.pairs(bySpark(items, 4)));

    Dataset<Row> decimals = items.withColumn("v", col("v").cast("array<decimal(10,4)>"));
    assertThatThrownBy(() -> Knit.knnJoin(queries, "qv", decimals, "v", 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Column 'v' has type ARRAY<DECIMAL(10,4)>, but vectors are ARRAY<FLOAT> or ARRAY<DOUBLE>.");
    assertThatThrownBy(() -> Knit.knnJoin(decimals, "v", items, "v", 4))
        .hasMessageStartingWith("Column 'v' has type ARRAY<DECIMAL(10,4)>");
  }

  @Test
  void anIndexThatStaysNeedsAnId() {
    assertThatThrownBy(() -> KnitIndex.build(items, IndexSpec.of("v"), directory + "/index"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("An index needs an id column; name one in IndexSpec.of(id, vector).");
  }

  private Dataset<Row> bySpark(Dataset<Row> right, int k) {
    return queries
        .crossJoin(right.select("id", "v"))
        .withColumn("d", expr("vector_l2_distance(qv, v)"))
        .withColumn("r", expr("row_number() over (partition by q order by d, id)"))
        .where("r <= " + k);
  }

  private static String plan(Dataset<Row> rows) {
    return rows.queryExecution().explainString(ExplainMode.fromString("simple"));
  }

  private boolean removed(int attempts) throws Exception {
    for (int attempt = 0; attempt < attempts; attempt++) {
      System.gc();
      if (files().isEmpty()) {
        return true;
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    return false;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  private List<Path> graphs() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.endsWith("graph.knit")).toList();
    }
  }
}
