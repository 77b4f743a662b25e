package dev.knit.spark.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.knit.spark.KnitIndex;
import dev.knit.spark.KnnOptions;
import dev.knit.spark.LocalSpark;
import dev.knit.spark.TestTables;
import dev.knit.vector.Metric;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Queries that Spark refuses on any table, and such as ask an index for all it has. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusedQueriesTest {
  private static final int ROWS = 400;
  private static final String RANKING = "distance vector_l2_distance(d.v, q.qv)";
  private static final String Q =
      SqlTables.array(TestTables.clustered(1, SqlTables.DIMENSION, 3).get(0));

  @TempDir static Path directory;
  private final SparkSession spark = LocalSpark.session();
  private KnitIndex index;

  @BeforeAll
  void build() {
    Dataset<Row> rows = SqlTables.plain("plain_refused", ROWS, 3);
    index = SqlTables.indexed(rows, "refused", Metric.L2, directory);
    TestTables.queries(3, SqlTables.DIMENSION, 3).createOrReplaceTempView("refused_queries");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "join DOCS d approx nearest 0 by RANKING | NEAREST_BY_JOIN.NUM_RESULTS_OUT_OF_RANGE",
        "join DOCS d exact nearest 200000 by RANKING | NEAREST_BY_JOIN.NUM_RESULTS_OUT_OF_RANGE",
        "right join DOCS d approx nearest 2 by RANKING | NEAREST_BY_JOIN.UNSUPPORTED_JOIN_TYPE",
        "left anti join DOCS d approx nearest 2 by RANKING | NEAREST_BY_JOIN.UNSUPPORTED_JOIN_TYPE",
        "join DOCS d approx nearest 2 by distance map(d.id, q.q) | NEAREST_BY_JOIN.NON_ORDERABLE_RANKING_EXPRESSION",
        "join DOCS d approx nearest 2 by distance vector_l2_distance(d.v, cast(q.qv as array<double>)) | DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        "join DOCS d approx nearest 2 by distance vector_l2_distance(array(1.0, 2.0), d.v) | DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        "join lateral (select id from DOCS order by vector_l2_distance(v, q.qv) limit 2) d | UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.CORRELATED_REFERENCE",
        "join DOCS d approx nearest 2 by distance vector_l2_distance(d.v, d.colour) | UNRESOLVED_COLUMN.WITH_SUGGESTION"
      })
  void refusedAsOnAnyTable(String join, String condition) {
    String query = "select q.q, d.id from refused_queries q " + join.replace("RANKING", RANKING);
    for (String table : List.of("refused", "plain_refused")) {
      assertCondition(() -> SqlTables.sql(query.replace("DOCS", table)), table, condition);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 200_000})
  void soAreDataFrames(int k) {
    Column ranking = functions.expr("vector_l2_distance(v, qv)");
    for (String table : List.of("refused", "plain_refused")) {
      assertCondition(
          () ->
              spark
                  .table("refused_queries")
                  .nearestByJoin(spark.table(table), ranking, k, "approx", "distance")
                  .count(),
          table,
          "NEAREST_BY_JOIN.NUM_RESULTS_OUT_OF_RANGE");
    }
  }

  private static void assertCondition(Runnable query, String table, String condition) {
    Throwable thrown = catchThrowable(query::run);
    assertThat(thrown).as(table).isInstanceOf(SparkThrowable.class);
    assertThat(((SparkThrowable) thrown).getCondition()).as(table).isEqualTo(condition);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select q, id from refused_queries q join DOCS d approx nearest 100000 by RANKING",
        "select q, id from refused_queries q join DOCS d exact nearest 100000 by RANKING",
        "select id from DOCS d order by vector_l2_distance(d.v, Q) limit 200000",
        "select id from DOCS d order by vector_l2_distance(d.v, Q) limit 0",
        "select id from DOCS d order by vector_l2_distance(d.v, Q) limit 3 offset 200000"
      })
  void moreThanThereIsIsAll(String query) {
    String sql = query.replace("RANKING", RANKING).replace("Q", Q);

    assertThat(new HashSet<>(SqlTables.sql(sql.replace("DOCS", "refused"))))
        .isEqualTo(new HashSet<>(SqlTables.sql(sql.replace("DOCS", "plain_refused"))));
  }

  @Test
  void functionsFindAllToo() {
    String path = index.path();
    assertThat(SqlTables.sql("select id from knit_search('%s', %s, k => 200000)", path, Q))
        .hasSize(ROWS);
    assertThat(
            SqlTables.sql(
                "select id from knit_join(left => TABLE(refused_queries), vector => 'qv', right => TABLE(knit.`%s`), k => 200000)",
                path))
        .hasSize(3 * ROWS);
    assertThat(index.knnJoin(spark.table("refused_queries"), "qv", KnnOptions.of(200_000)).count())
        .isEqualTo(3 * ROWS);
  }

  @Test
  void functionsTakeDoublesAndDecimals() {
    String of = "select id, _rank from knit_search('%s', %s, 5)";
    String floats = "array_repeat(float(0.5), 12)";
    List<Row> found = SqlTables.sql(of, index.path(), floats);

    assertThat(SqlTables.sql(of, index.path(), floats.replace("float", "double"))).isEqualTo(found);
    assertThat(SqlTables.sql(of, index.path(), "array_repeat(0.5, 12)")).isEqualTo(found);
  }

  @Test
  void joinsByAnIndexAreNoCrossJoins() {
    spark.conf().set("spark.sql.crossJoin.enabled", false);
    try {
      String query =
          "select q.q, d.id from refused_queries q join %s d approx nearest 2 by " + RANKING;
      assertThat(SqlTables.sql(query, "refused")).hasSize(6);
      assertCondition(
          () -> SqlTables.sql(query, "plain_refused"),
          "plain_refused",
          "NEAREST_BY_JOIN.CROSS_JOIN_NOT_ENABLED");
    } finally {
      spark.conf().unset("spark.sql.crossJoin.enabled");
    }
  }

  @Test
  void aTableThatIsDroppedMeanwhileIsTold() {
    spark.conf().set("spark.sql.catalog.refusing", "dev.knit.spark.catalog.KnitCatalog");
    spark.conf().set("spark.sql.catalog.refusing.warehouse", directory + "/w");
    spark.sql("create table refusing.t as select * from plain_refused");
    Dataset<Row> joined =
        spark
            .table("refused_queries")
            .nearestByJoin(
                spark.table("refusing.t"),
                functions.expr("vector_l2_distance(v, qv)"),
                2,
                "approx",
                "distance");
    Dataset<Row> nearest =
        spark.sql(
            "select id from refusing.t order by vector_l2_distance(v, %s) limit 3".formatted(Q));
    spark.sql("drop table refusing.t");

    for (Dataset<Row> query : List.of(joined, nearest)) {
      assertThatThrownBy(query::collectAsList)
          .isInstanceOf(SparkThrowable.class)
          .hasMessageContaining("[TABLE_OR_VIEW_NOT_FOUND] The table or view t ");
    }
  }
}
