package dev.knit.spark.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.spark.KnitException;
import dev.knit.spark.KnitIndex;
import dev.knit.spark.KnnOptions;
import dev.knit.spark.LocalSpark;
import dev.knit.spark.TestTables;
import dev.knit.vector.Metric;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SearchFunctionTest {
  @TempDir static Path directory;
  private final SparkSession spark = LocalSpark.session();
  private KnitIndex index;
  private float[] query;
  private String q;

  @BeforeAll
  void build() {
    Dataset<Row> rows = SqlTables.plain("plain_functions", 900, 5);
    index = SqlTables.indexed(rows, "found", Metric.L2, directory);
    TestTables.queries(30, SqlTables.DIMENSION, 9).createOrReplaceTempView("function_queries");
    query = TestTables.clustered(1, SqlTables.DIMENSION, 77).get(0);
    q = SqlTables.array(query);
  }

  @Test
  void aVectorIsSearchedFor() {
    assertSame(
        "select id, name, part, round(_distance, 3), _rank from knit_search(table => 'found', query => %s, k => 7) order by _rank",
        "select id, name, part, round(vector_l2_distance(v, %s), 3) d, row_number() over (order by vector_l2_distance(v, %s)) r from plain_functions order by r limit 7");
    assertSame(
        "select id from knit_search('knit.`"
            + index.path()
            + "`', %s, 5, 'part < 50') order by _rank",
        "select id from plain_functions where part < 50 order by vector_l2_distance(v, %s) limit 5");
    assertSame(
        "select id from knit_search('"
            + index.path()
            + "', %s, 5, exact => true, ef => 100) order by _rank",
        "select id from plain_functions order by vector_l2_distance(v, %s) limit 5");
    assertThat(
            spark
                .sql(
                    "select * from knit_search(table => :t, query => :q)",
                    Map.of("t", "found", "q", query))
                .collectAsList())
        .hasSize(10);
  }

  @Test
  void eachRowOfATableIsSearchedFor() {
    Dataset<Row> found =
        spark.sql(
            "select q, id, _rank from knit_search('found', TABLE(function_queries), 4, filter => 'part >= 20', exact => true)");

    assertThat(new HashSet<>(found.collectAsList()))
        .isEqualTo(
            new HashSet<>(
                SqlTables.sql(
                    "select q, id, row_number() over (partition by q order by vector_l2_distance(v, qv)) from function_queries join (select * from plain_functions where part >= 20) exact nearest 4 by distance vector_l2_distance(v, qv)")));
    assertThat(
            SqlTables.sql(
                "select q, x_id from knit_search('found', query => TABLE(select *, array(1f) as other from function_queries where q < 3), column => 'qv', prefix => 'x_', k => 2)"))
        .hasSize(6);
  }

  @Test
  void neighborsWithinADistanceAreFound() {
    assertSame(
        "select id from knit_range('found', %s, 2.9) order by id",
        "select id from plain_functions where vector_l2_distance(v, %s) <= 2.9 order by id");
  }

  @Test
  void negativesAreKeptAwayFrom() {
    float[] away = TestTables.clustered(2, SqlTables.DIMENSION, 78).get(1);
    Dataset<Row> left = spark.sql("select %s as qv".formatted(q));
    List<Row> expected =
        index
            .knnJoin(left, "qv", KnnOptions.of(6).negatives(0.8, away).exactly())
            .select("id", "_rank")
            .collectAsList();

    assertThat(
            SqlTables.sql(
                "select id, _rank from knit_search('found', %s, 6, negatives => array(%s), negative_weight => 0.8, exact => true)",
                q, SqlTables.array(away)))
        .isEqualTo(expected)
        .isNotEqualTo(SqlTables.sql("select id, _rank from knit_search('found', %s, 6)", q));
  }

  @Test
  void facetsCountTheValuesOfTheNearest() {
    spark.sql(
        "create table knit.`%s/facets` as select id, v, if(part %% 4 = 0, null, part %% 4) as kind from plain_functions"
            .formatted(directory));
    List<Row> expected =
        SqlTables.sql(
            "select q, kind, count(*) from (select q, if(part %% 4 = 0, null, part %% 4) as kind from function_queries join plain_functions exact nearest 50 by distance vector_l2_distance(v, qv)) group by all");

    List<Row> found =
        SqlTables.sql(
            "select q, value, cast(count as bigint) from knit_facets('%s/facets', TABLE(function_queries), 'kind', 50, exact => true)",
            directory);
    assertThat(new HashSet<>(found)).isEqualTo(new HashSet<>(expected));
    assertThat(found).hasSameSizeAs(expected);
    assertThat(
            SqlTables.sql(
                "select sum(count) from knit_facets('%s/facets', %s, 'kind', 50)", directory, q))
        .hasToString("[[50]]");
  }

  @Test
  void resultsAreJoinedAndPutInViews() {
    spark.sql(
        "create or replace temp view nearest as select * from knit_search('found', array(%s), 3)"
            .formatted("0f, ".repeat(11) + "0f"));
    assertThat(
            SqlTables.sql(
                "select a.id from nearest a join nearest b on a.id = b.id join plain_functions p on p.id = a.id"))
        .hasSize(3);
    assertThat(SqlTables.sql("select * from knit_search('found', %s, version => 1)", q))
        .hasSize(10);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "knit_search('found') | knit_search needs 'query'.",
        "knit_search(query => array(1f)) | knit_search needs 'table'.",
        "knit_search('plain_functions', array(1f)) | is not a table of an index",
        "knit_search('found', array(1f), 3, colour => 'red') | knit_search has no argument 'colour'; it has [table, query, k,",
        "knit_search('found', array(1f), table => 'found') | 'table' is given twice",
        "knit_search('found', 'text') | 'query' must be a constant ARRAY<FLOAT>",
        "knit_search('found', array(rand())) | 'query' must be a constant ARRAY<FLOAT>",
        "knit_search('found', array(1f, null)) | 'query' has a null at position 1",
        "knit_search('found', array_repeat(1f, 12), 0) | k (0)",
        "knit_search('found', array_repeat(1f, 12), filter => 'colour = 1') | does not fit the index",
        "knit_search('found', TABLE(select 1 as x)) | which column of the queries has their vectors",
        "knit_search('found', TABLE(select *, 1 as id from function_queries)) | Column 'id' is on both sides",
        "knit_search('found', array_repeat(1f, 12), version => 9) | has no version 9",
        "knit_range('found', array_repeat(1f, 12)) | knit_range needs 'max_distance'",
        "knit_facets('found', array_repeat(1f, 12), 'colour') | The index has no column 'colour'"
      })
  void callsThatCannotBeAreRefused(String call, String message) {
    assertThatThrownBy(() -> SqlTables.sql("select * from " + call))
        .isInstanceOf(KnitException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aQueryOfAnotherDimensionFailsItsJob() {
    assertThatThrownBy(() -> SqlTables.sql("select * from knit_search('found', array(1f))"))
        .hasStackTraceContaining("Vector has dimension 1, but 12 was expected.");
  }

  private void assertSame(String search, String plain) {
    assertThat(SqlTables.sql(search.replace("%s", q))).isNotEmpty();
    assertThat(SqlTables.sql(search.replace("%s", q)).toString())
        .isEqualTo(SqlTables.sql(plain.replace("%s", q)).toString());
  }
}
