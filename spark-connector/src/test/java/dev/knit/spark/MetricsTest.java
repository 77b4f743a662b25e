package dev.knit.spark;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What queries show in Spark's UI. */
class MetricsTest {
  @TempDir static Path directory;
  private static final SparkSession SPARK = LocalSpark.session();
  private static KnitIndex index;
  private static Dataset<Row> queries;

  @BeforeAll
  static void build() {
    index =
        KnitIndex.build(
            TestTables.items(4000, 8, 3), IndexSpec.of("id", "v"), directory + "/index");
    queries = TestTables.queries(40, 8, 3).repartition(2).cache();
  }

  @Test
  void aJoinByTheGraphTellsItsWork() {
    Dataset<Row> joined = index.knnJoin(queries, "qv", KnnOptions.of(5).ef(16));
    joined.collectAsList();

    assertThat(SparkMetrics.of(joined, "queries")).isEqualTo(40);
    assertThat(SparkMetrics.of(joined, "distanceComputations")).isBetween(40L * 16, 40L * 2000);
    assertThat(SparkMetrics.of(joined, "hops")).isBetween(40L * 16, 40L * 200);
    assertThat(SparkMetrics.of(joined, "exactFallbacks")).isZero();
    assertThat(SparkMetrics.of(joined, "searchTime")).isPositive();
    assertThat(SparkMetrics.of(joined, "cacheHits")).isEqualTo(index.snapshot().segments().size());
  }

  @Test
  void leftRowsThatAreFilteredAwayAreNotSearchedFor() {
    Dataset<Row> joined = index.knnJoin(queries, "qv", KnnOptions.of(5).leftOuter());
    Dataset<Row> few = joined.where("q < 3 and _rank = 1");

    assertThat(few.collectAsList()).hasSize(3);
    assertThat(SparkMetrics.of(few, "queries")).isEqualTo(3);
  }

  @Test
  void anExactJoinMeasuresAllPairs() {
    Dataset<Row> joined = index.knnJoin(queries, "qv", KnnOptions.of(5).exactly());
    joined.collectAsList();

    assertThat(SparkMetrics.of(joined, "distanceComputations")).isGreaterThanOrEqualTo(40L * 4000);
    assertThat(SparkMetrics.of(joined, "hops")).isZero();
  }

  @Test
  void searchesAmongFewRowsFallBackToMeasuringThem() {
    Dataset<Row> joined = index.knnJoin(queries, "qv", KnnOptions.of(5).filter("part = 3"));
    joined.collectAsList();

    assertThat(SparkMetrics.of(joined, "exactFallbacks")).isEqualTo(40);
  }

  @Test
  void nearestByTellsTheSame() {
    Dataset<Row> right = SPARK.read().format("knit").load(index.path());
    Dataset<Row> joined =
        queries.nearestByJoin(right, expr("vector_l2_distance(qv, v)"), 5, "approx", "distance");
    joined.collectAsList();

    assertThat(SparkMetrics.of(joined, "queries")).isEqualTo(40);
    assertThat(SparkMetrics.of(joined, "hops")).isPositive();
  }

  @Test
  void aScanByTheGraphTellsTheSame() {
    SPARK.read().format("knit").option("ef", 16).load(index.path()).createOrReplaceTempView("docs");
    Dataset<Row> found =
        SPARK.sql(
            "select id from docs order by vector_l2_distance(v, array_repeat(0.5f, 8)) limit 3");
    found.collectAsList();

    assertThat(SparkMetrics.of(found, "distanceComputations")).isBetween(16L, 2000L);
    assertThat(SparkMetrics.of(found, "hops")).isGreaterThanOrEqualTo(16);
  }
}
