package dev.knit.spark.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.knit.spark.LocalSpark;
import dev.knit.spark.TestTables;
import dev.knit.vector.Metric;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TopNTest {
  private static final float[] QUERY = TestTables.clustered(1, SqlTables.DIMENSION, 8).get(0);
  private static final String Q = SqlTables.array(QUERY);

  /** So wide that all of the few rows that are asked for are found. */
  private static final int EF = 180;

  @TempDir static Path directory;

  @BeforeAll
  void build() {
    Dataset<Row> rows = SqlTables.plain("plain_top", 3000, 6);
    for (Metric metric : List.of(Metric.L2, Metric.COSINE, Metric.INNER_PRODUCT)) {
      LocalSpark.session()
          .read()
          .format("knit")
          .option("ef", EF)
          .load(SqlTables.indexed(rows, "top_" + metric.id(), metric, directory).path())
          .createOrReplaceTempView("top_" + metric.id());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "l2 | vector_l2_distance(v, Q)",
        "l2 | vector_l2_distance(Q, v) asc nulls last",
        "l2 | cast(vector_l2_distance(v, Q) as double)",
        "l2 | -vector_l2_distance(v, Q) desc",
        "cosine | vector_cosine_similarity(v, Q) desc",
        "cosine | 1 - vector_cosine_similarity(v, Q)",
        "cosine | 1.0f - vector_cosine_similarity(Q, v)",
        "cosine | 1.0d - vector_cosine_similarity(v, Q)",
        "inner_product | vector_inner_product(v, Q) desc",
        "inner_product | -vector_inner_product(v, Q)"
      })
  void ordersByTheIndexesMetricAreAnsweredByTheIndex(String metric, String order) {
    String[] shapes = {
      "select id from %s order by ORDER limit 10",
      "select id, name from %s where part < 40 and name like 'item%%' order by ORDER limit 7",
      "select id from %s order by ORDER limit 5 offset 3",
      "select id from (select id, v, part as p from %s) where p > 20 order by ORDER limit 4"
    };
    for (String shape : shapes) {
      String query = shape.replace("ORDER", order).replace("Q", Q);
      assertThat(SqlTables.plan(query, "top_" + metric)).contains("ef=180").doesNotContain("Sort");
      assertThat(SqlTables.sql(query, "top_" + metric))
          .as(query)
          .isEqualTo(SqlTables.sql(query, "plain_top"));
    }
  }

  @Test
  void theOrderMayBeAnAlias() {
    String query = "select id, 1 - vector_cosine_similarity(v, %s) as d from %s order by d limit 6";
    List<Row> found = SqlTables.sql(query, Q, "top_cosine");
    List<Row> expected = SqlTables.sql(query, Q, "plain_top");

    assertThat(SqlTables.plan(query, Q, "top_cosine")).contains("ef=180").doesNotContain("Sort");
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void queriesMayBeParameters() {
    Dataset<Row> found =
        LocalSpark.session()
            .sql(
                "select id from top_l2 order by vector_l2_distance(v, :q) limit 3",
                Map.of("q", QUERY));

    assertThat(SqlTables.plan(found)).contains("ef=180");
    assertThat(found.collectAsList())
        .isEqualTo(
            SqlTables.sql(
                "select id from plain_top order by vector_l2_distance(v, %s) limit 3", Q));
  }

  @Test
  void vectorsComeBackAsTheyWereGiven() {
    for (String metric : List.of("l2", "cosine", "inner_product")) {
      String order =
          metric.equals("l2")
              ? "vector_l2_distance(v, %s)".formatted(Q)
              : metric.equals("cosine")
                  ? "vector_cosine_similarity(v, %s) desc".formatted(Q)
                  : "vector_inner_product(v, %s) desc".formatted(Q);
      assertThat(SqlTables.sql("select * from %s order by %s limit 9", "top_" + metric, order))
          .isEqualTo(SqlTables.sql("select * from plain_top order by %s limit 9", order));
    }
  }

  @Test
  void distanceAndRankAreThere() {
    List<Row> found =
        SqlTables.sql(
            "select _rank, _distance, vector_l2_distance(v, %1$s) from knit.`%2$s` order by vector_l2_distance(v, %1$s) limit 5",
            Q, directory.resolve("top_l2"));

    assertThat(found).extracting(row -> row.getInt(0)).containsExactly(1, 2, 3, 4, 5);
    assertThat(found)
        .allSatisfy(row -> assertThat(row.getFloat(1)).isCloseTo(row.getFloat(2), within(1e-4f)));
  }

  /** Spark has metadata columns of tables, not of views, unless the view has them as its own. */
  @Test
  void distanceAndRankPassThroughViewsThatHaveThem() {
    String table = "knit.`%s` with ('ef' = 180)".formatted(directory.resolve("top_l2"));
    LocalSpark.session()
        .sql(
            "create or replace temp view told as select id, v, part as p, _distance, _rank as r from "
                + table);
    LocalSpark.session().sql("create or replace temp view untold as select * from " + table);
    String order = " order by vector_l2_distance(v, %s) limit 5".formatted(Q);
    String select = "select id, _distance, r from told where p > 20" + order;

    assertThat(SqlTables.plan(select)).contains("ef=180");
    assertThat(SqlTables.sql(select))
        .isEqualTo(
            SqlTables.sql("select id, _distance, _rank from %s where part > 20%s", table, order));
    assertThat(SqlTables.sql("select count(*), max(p) from told"))
        .as("as long as nobody asks for them")
        .isEqualTo(SqlTables.sql("select count(*), max(part) from plain_top"));
    assertThatThrownBy(() -> SqlTables.sql("select id, r from told order by id limit 3"))
        .hasMessageContaining("Column '_rank' is there in what a search by the index found");
    for (String column : List.of("_distance", "_rank")) {
      assertThatThrownBy(() -> SqlTables.sql("select id, %s from untold%s", column, order))
          .isInstanceOf(AnalysisException.class)
          .hasMessageContaining("[UNRESOLVED_COLUMN.WITH_SUGGESTION]")
          .hasMessageContaining("`%s`".formatted(column));
    }
  }

  @Test
  void optionsOfTheReadSayHowToSearch() {
    String order = " order by vector_l2_distance(v, " + Q + ") limit 3";
    Dataset<Row> read =
        LocalSpark.session()
            .read()
            .format("knit")
            .option("ef", 99)
            .load(directory.resolve("top_l2").toString());
    read.createOrReplaceTempView("wide");
    assertThat(SqlTables.plan("select id from wide" + order)).contains("k=3 ef=99");
    LocalSpark.session().conf().set("spark.knit.search", "exact");
    try {
      assertThat(SqlTables.plan("select id from top_l2" + order)).contains("k=3 exact");
      assertThat(SqlTables.sql("select id from top_l2" + order))
          .isEqualTo(SqlTables.sql("select id from plain_top" + order));
    } finally {
      LocalSpark.session().conf().unset("spark.knit.search");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "order by vector_l2_distance(v, Q) desc limit 3",
        "order by vector_cosine_similarity(v, Q) desc limit 3",
        "order by vector_l2_distance(v, Q), id limit 3",
        "order by vector_l2_distance(v, Q) + id limit 3",
        "order by vector_l2_distance(v, Q)",
        "where v[0] > 0.2f order by vector_l2_distance(v, Q) limit 3",
        "where part in (select 5) order by vector_l2_distance(v, Q) limit 3",
        "order by vector_l2_distance(v, array_repeat(float(part), 12)) limit 1",
        "order by vector_l2_distance(v, v), id limit 3",
        "order by vector_l2_distance(v, array(1f, null, 3f, 4f, 5f, 6f, 7f, 8f, 9f, 10f, 11f, 12f)), id limit 3",
        "group by id order by count(*), id limit 3",
        "qualify row_number() over (order by vector_l2_distance(v, Q)) <= 3 order by id",
        "tablesample (100 percent) order by vector_l2_distance(v, Q) limit 3",
        "order by part, id limit 3"
      })
  void allElseIsLeftToSpark(String rest) {
    String query = "select id from %s " + rest.replace("Q", Q);

    assertThat(SqlTables.plan(query, "top_l2")).doesNotContain("ef=");
    assertThat(SqlTables.sql(query, "top_l2")).isEqualTo(SqlTables.sql(query, "plain_top"));
  }
}
