package dev.knit.spark;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PairConditionTest {
  private static final long SEED = 17;
  private static final int K = 5;

  @TempDir static Path directory;
  private Dataset<Row> items;
  private Dataset<Row> queries;
  private KnitIndex index;

  @BeforeAll
  void build() {
    items = TestTables.items(4000, 8, SEED).cache();
    queries =
        TestTables.queries(60, 8, SEED)
            .selectExpr(
                "q",
                "qv",
                "if(q % 11 = 0, null, int(q % 4)) as tenant",
                "q * 50 as budget",
                "float(q % 3) as weight")
            .cache();
    index = KnitIndex.build(items, IndexSpec.of("id", "v").partitions(2), directory + "/index");
    index = index.delete("id % 10 = 3");
    items = items.where("id % 10 <> 3").cache();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "part % 4 = tenant",
        "tenant = part % 4 and id <= budget",
        "left.budget >= right.id",
        "name = concat('item ', budget)",
        "tenant > 1",
        "part < 30",
        "part < 30 and part % 4 = tenant and q <> 7",
        "part % 4 <=> tenant or id = q",
        "float(part % 3) = weight",
        "part % 4 = tenant and part % 3 = q % 3",
        "false",
      })
  void neighborsAreThoseThatSparkFinds(String on) {
    Set<String> truth = KnnJoinTest.pairs(bySpark(on));
    KnnOptions options = KnnOptions.of(K).on(on);

    assertThat(KnnJoinTest.pairs(index.knnJoin(queries, "qv", options.exactly()))).isEqualTo(truth);
    Dataset<Row> byGraph = index.knnJoin(queries, "qv", options.ef(100));
    Set<String> found = KnnJoinTest.pairs(byGraph);
    assertThat(found).hasSameSizeAs(truth);
    found.retainAll(truth);
    assertThat(found.size()).as("seed %d", SEED).isGreaterThanOrEqualTo(truth.size() * 95 / 100);
  }

  private Dataset<Row> bySpark(String on) {
    return queries
        .as("left")
        .crossJoin(items.as("right"))
        .where(on)
        .withColumn("d", expr("vector_l2_distance(qv, v)"))
        .withColumn("r", expr("row_number() over (partition by q order by d, id)"))
        .where("r <= " + K);
  }

  @Test
  void rowsWithoutANeighborStayInOuterJoins() {
    KnnOptions options = KnnOptions.of(K).on("part % 4 = tenant and id <= budget").leftOuter();
    Dataset<Row> joined = index.knnJoin(queries, "qv", options);

    assertThat(joined.select("q").distinct().count()).isEqualTo(60);
    assertThat(joined.where("tenant is null").select("id").distinct().collectAsList())
        .hasToString("[[null]]");
    assertThat(KnnJoinTest.pairs(joined.where("id is not null")))
        .isEqualTo(
            KnnJoinTest.pairs(index.knnJoin(queries, "qv", KnnOptions.of(K).on(options.on()))));
  }

  @Test
  void conditionsGoWithAllOtherOptions() {
    KnnOptions options =
        KnnOptions.of(3).on("part % 4 = tenant and id > budget").columns("name").rightPrefix("r_");
    Dataset<Row> joined =
        index.knnJoin(queries, "qv", options.filter("part < 50").excludeSelf("q").maxDistance(5));

    assertThat(joined.columns())
        .containsExactly("q", "qv", "tenant", "budget", "weight", "r_name", "_distance", "_rank");
    Dataset<Row> ids = joined.withColumn("id", expr("bigint(substring(r_name, 6))"));
    assertThat(ids.where("id % 100 % 4 <> tenant or id <= budget or id % 100 >= 50").count())
        .isZero();
    assertThat(joined.where("_rank = 1").count()).isGreaterThan(40);
    assertThat(joined.join(joined.select("q", "_rank"), "q").count()).isGreaterThan(joined.count());
  }

  @Test
  void equalitiesMeasureOnlyTheRowsOfTheirGroup() {
    Dataset<Row> joined =
        index.knnJoin(queries, "qv", KnnOptions.of(K).exactly().on("part = tenant"));
    joined.collectAsList();

    assertThat(SparkMetrics.of(joined, "distanceComputations"))
        .isPositive()
        .isLessThanOrEqualTo(60L * 40 * 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"colour = 'red'", "tenant =", "id"})
  void conditionsThatDoNotFitAreRefused(String on) {
    assertThatThrownBy(() -> index.knnJoin(queries, "qv", KnnOptions.of(1).on(on)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Condition '" + on + "' does not fit the columns of both sides: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"part = tenant + int(rand())", "part in (select 1)"})
  void conditionsCompareColumnsOnly(String on) {
    for (String condition : List.of(on, "true and " + on)) {
      assertThatThrownBy(() -> index.knnJoin(queries, "qv", KnnOptions.of(1).on(condition)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Condition '" + condition + "' has a subquery or a function");
    }
  }
}
