package dev.knit.spark.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.knit.spark.LocalSpark;
import dev.knit.spark.TestTables;
import dev.knit.vector.Metric;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NearestByTest {
  /** As many as there are rows, over 16: still by the graph, and wide enough to find all. */
  private static final int EF = 110;

  private static final String NODE = "KnitNearestJoin";
  @TempDir static Path directory;

  @BeforeAll
  void build() {
    Dataset<Row> rows = SqlTables.plain("plain_docs", 1800, 16);
    TestTables.queries(20, SqlTables.DIMENSION, 16).createOrReplaceTempView("queries");
    for (Metric metric : List.of(Metric.L2, Metric.COSINE, Metric.INNER_PRODUCT)) {
      String name = "docs_" + metric.id();
      LocalSpark.session()
          .read()
          .format("knit")
          .option("ef", EF)
          .load(SqlTables.indexed(rows, name, metric, directory).path())
          .createOrReplaceTempView(name);
    }
  }

  /** Runs a query on the index and on the plain table, which Spark searches itself. */
  private static void assertSame(String query, String table, boolean byIndex) {
    String found = query.replace("DOCS", table);
    String expected = query.replace("DOCS", "plain_docs");
    assertThat(SqlTables.plan(found.replace("%", "%%")).contains(NODE))
        .as(found)
        .isEqualTo(byIndex);
    assertThat(new HashSet<>(SqlTables.sql(found.replace("%", "%%"))))
        .as(found)
        .isEqualTo(new HashSet<>(SqlTables.sql(expected.replace("%", "%%"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "l2 | distance vector_l2_distance(d.v, q.qv)",
        "l2 | distance vector_l2_distance(q.qv, d.v)",
        "l2 | distance cast(vector_l2_distance(d.v, q.qv) as double)",
        "l2 | similarity -vector_l2_distance(d.v, q.qv)",
        "l2 | similarity 1 - vector_l2_distance(d.v, q.qv)",
        "cosine | similarity vector_cosine_similarity(d.v, q.qv)",
        "cosine | distance 1 - vector_cosine_similarity(q.qv, d.v)",
        "cosine | distance 1.0d - vector_cosine_similarity(q.qv, d.v)",
        "cosine | distance 1.0 - vector_cosine_similarity(q.qv, d.v)",
        "inner_product | similarity vector_inner_product(d.v, q.qv)",
        "inner_product | distance -vector_inner_product(d.v, q.qv)",
        "inner_product | distance 0f - vector_inner_product(d.v, q.qv)"
      })
  void rankingsByTheIndexesMetricAreAnsweredByTheIndex(String metric, String ranking) {
    for (String mode : List.of("approx", "exact")) {
      assertSame(
          "select q.q, d.id, d.name from queries q join DOCS d %s nearest 5 by %s"
              .formatted(mode, ranking),
          "docs_" + metric,
          true);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select * from queries q JOIN DOCS d BY",
        "select q, id from queries q JOIN (select id, v from DOCS) d BY",
        "select q, i, p from queries q JOIN (select part + 1 as p, id as i, v from DOCS) d BY",
        "select q, id from queries q JOIN (select * from DOCS where part < 30) d BY",
        "select q, id from queries q JOIN (select id, v from DOCS where name like '%7' and id > 3) d BY",
        "select q, id from queries q JOIN (select * from (select id, v, part as p from DOCS) where p = 9) d BY",
        "select q, id from queries q JOIN (select * from DOCS where part = 1 and part = 2) d BY",
        "select q, id from queries q LEFT JOIN (select * from DOCS where id < 0) d BY",
        "select q, n, c from queries q LEFT JOIN (select v, coalesce(name, 'x') n, 1 as c from DOCS where id < 0) d BY",
        "select q, id from queries q LEFT JOIN DOCS d BY",
        "with d as (select id, v, part from DOCS where part > 50) select q, id from queries q JOIN d BY",
        "with a as (select id as i, v from DOCS), d as (select * from a where i % 2 = 0) select q, i from queries q JOIN d BY",
        "select q, size(v), v[0] from queries q JOIN DOCS d BY",
        "select count(*) from queries q JOIN DOCS d BY",
        "select part, count(*), sum(q) from queries q JOIN DOCS d BY group by part",
        "select q, id from queries q JOIN DOCS d BY where q < 7 and part > 20",
        "select * from (select q, id from queries q JOIN DOCS d BY) where q = 3",
        "select q, id from (select * from queries where q > 15) q JOIN DOCS d BY",
        "select q from queries where q in (select id from (select q.q as id from queries q JOIN DOCS d BY))",
        "select q, id from queries q JOIN DOCS d BY union all select q, id from queries q JOIN DOCS d BY",
        "select a.q, b.id from (select q, id from queries q JOIN DOCS d BY) a join plain_docs b on a.id = b.id",
        "select q, id from (select q, transform(qv, x -> x) as qv from queries) q JOIN DOCS d BY",
        "select q, id from (select q, if(q % 3 = 0, null, qv) as qv from queries) q JOIN DOCS d BY",
        "select q, id from (select q, if(q % 3 = 0, null, qv) as qv from queries) q LEFT JOIN DOCS d BY",
        "select q, id from (select q, transform(qv, (x, i) -> if(i = 3 and q < 4, null, x)) as qv from queries) q LEFT JOIN DOCS d BY",
        "select a.id as x, d.id as y from (select id, v as qv from DOCS where id < 12) a JOIN DOCS d NEAREST 3 BY distance vector_l2_distance(d.v, a.qv)"
      })
  void shapesAreAnsweredByTheIndex(String shape) {
    for (String mode : List.of("approx", "exact")) {
      assertSame(
          shape
              .replace("JOIN DOCS d NEAREST", "join DOCS d " + mode + " nearest")
              .replaceAll(
                  "JOIN (.*?) d BY",
                  "join $1 d " + mode + " nearest 4 by distance vector_l2_distance(d.v, q.qv)")
              .replace(
                  "JOIN d BY",
                  "join d " + mode + " nearest 4 by distance vector_l2_distance(d.v, q.qv)"),
          "docs_l2",
          true);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DOCS d approx nearest 3 by similarity vector_l2_distance(d.v, q.qv)",
        "DOCS d approx nearest 3 by similarity vector_cosine_similarity(d.v, q.qv)",
        "DOCS d approx nearest 3 by distance vector_l2_distance(d.v, q.qv) + d.id",
        "DOCS d approx nearest 3 by distance vector_l2_distance(transform(d.v, x -> float(x * 2)), q.qv)",
        "DOCS d approx nearest 3 by distance abs(d.id - q.q * 31 - 0.3)",
        "DOCS d approx nearest 1 by distance vector_l2_distance(d.v, transform(q.qv, x -> float(x + d.part)))",
        "(select * from DOCS where v[0] > 0) d approx nearest 3 by distance vector_l2_distance(d.v, q.qv)",
        "(select * from DOCS where part in (select 5)) d approx nearest 3 by distance vector_l2_distance(d.v, q.qv)",
        "(select * from (select id, v, size(v) as n from DOCS) where n > 3) d approx nearest 3 by distance vector_l2_distance(d.v, q.qv)",
        "(select * from DOCS order by id limit 500) d approx nearest 3 by distance vector_l2_distance(d.v, q.qv)",
        "(select distinct id, v from DOCS) d exact nearest 3 by distance vector_l2_distance(d.v, q.qv)",
        "(select id, v from DOCS union all select id + 5000, v from DOCS where id < 0) d exact nearest 3 by distance vector_l2_distance(d.v, q.qv)",
        "(select max(id) as id, v from DOCS group by v) d exact nearest 3 by distance vector_l2_distance(d.v, q.qv)",
      })
  void allElseIsLeftToSpark(String right) {
    assertSame(
        "select q, id from (select * from queries where q < 5) q join " + right, "docs_l2", false);
  }

  @Test
  void otherConstantsAreVectorsToo() {
    assertSame(
        "select q, id from queries q join DOCS d approx nearest 3 by distance vector_l2_distance(d.v, array_repeat(0.25f, 12))",
        "docs_l2",
        true);
  }

  @Test
  void dataFramesAreJoinedLikeSql() {
    Dataset<Row> docs = LocalSpark.session().table("docs_l2");
    Dataset<Row> queries = LocalSpark.session().table("queries");
    Column ranking = functions.expr("vector_l2_distance(v, qv)");
    Dataset<Row> joined =
        queries.nearestByJoin(docs.filter("part < 50"), ranking, 3, "approx", "distance");

    assertThat(SqlTables.plan(joined)).contains(NODE);
    assertThat(joined.collectAsList())
        .hasSize(60)
        .allSatisfy(row -> assertThat(row.<Integer>getAs("part")).isLessThan(50));
  }

  @Test
  void distanceAndRankAreColumnsOfTheIndex() {
    List<Row> found =
        SqlTables.sql(
            "select q.q, d._rank, d._distance, vector_l2_distance(q.qv, d.v) from queries q join knit.`%s` d approx nearest 4 by distance vector_l2_distance(q.qv, d.v) order by q.q, d._rank",
            directory.resolve("docs_l2"));

    assertThat(found).hasSize(80);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i).getInt(1)).isEqualTo(i % 4 + 1);
      assertThat(found.get(i).getFloat(2)).isCloseTo(found.get(i).getFloat(3), within(1e-4f));
    }
  }

  @Test
  void distanceAndRankAreColumnsOfDataFrames() {
    Dataset<Row> docs = LocalSpark.session().table("knit.`" + directory.resolve("docs_l2") + "`");
    Dataset<Row> queries = LocalSpark.session().table("queries");
    Column distance = functions.expr("vector_l2_distance(v, qv)");
    Dataset<Row> joined = queries.nearestByJoin(docs, distance, 3, "exact", "distance");
    List<Row> found =
        joined
            .select(joined.metadataColumn("_distance"), distance, joined.metadataColumn("_rank"))
            .collectAsList();

    assertThat(found).hasSize(60);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i).getFloat(0)).isCloseTo(found.get(i).getFloat(1), within(1e-4f));
      assertThat(found.get(i).getInt(2)).isEqualTo(i % 3 + 1);
    }
  }

  @Test
  void versionsAreSearched() {
    String table = "knit.`%s`".formatted(directory.resolve("versions"));
    LocalSpark.session()
        .sql("create table %s as select * from plain_docs where id < 500".formatted(table));
    LocalSpark.session()
        .sql("insert into %s select * from plain_docs where id >= 500".formatted(table));
    String join =
        "select q, id from queries q join %s d exact nearest 4 by distance vector_l2_distance(d.v, q.qv)";

    for (Map.Entry<String, String> version :
        Map.of(" version as of 1", " where id < 500", " version as of 2", "").entrySet()) {
      String right = table + version.getKey();
      assertThat(SqlTables.plan(join, right)).contains(NODE);
      assertThat(new HashSet<>(SqlTables.sql(join, right)))
          .isEqualTo(
              new HashSet<>(
                  SqlTables.sql(join, "(select * from plain_docs" + version.getValue() + ")")));
      String nearest =
          "select id from %s order by vector_l2_distance(v, array_repeat(0.3f, 12)) limit 6";
      assertThat(SqlTables.plan(nearest, right)).contains("k=6");
      assertThat(SqlTables.sql(nearest, right))
          .isEqualTo(SqlTables.sql(nearest, "plain_docs" + version.getValue()));
    }
  }

  @Test
  void whatIsFoundIsWrittenLikeAnyRows() {
    String table = "knit.`%s`".formatted(directory.resolve("written"));
    String found =
        "select q * 10 + d._rank as id, d.v, d.id as hit from queries q join knit.`%s` d exact nearest 4 by distance vector_l2_distance(d.v, q.qv)"
            .formatted(directory.resolve("docs_l2"));
    LocalSpark.session().sql("create table %s as %s".formatted(table, found));
    LocalSpark.session()
        .sql("insert into %s select id + 1000, v, hit from (%s)".formatted(table, found));

    assertThat(new HashSet<>(SqlTables.sql("select id, hit from %s where id < 1000", table)))
        .isEqualTo(new HashSet<>(SqlTables.sql("select id, hit from (%s)", found)));
    assertThat(SqlTables.sql("select count(*) from " + table)).hasToString("[[160]]");
  }

  @Test
  void distanceAndRankPassThroughViewsThatHaveThem() {
    String table = "knit.`%s` with ('ef' = 110)".formatted(directory.resolve("docs_l2"));
    LocalSpark.session()
        .sql(
            "create or replace temp view told_docs as select id, v, _distance as far, _rank from "
                + table);
    String by = " approx nearest 4 by distance vector_l2_distance(q.qv, d.v)";

    assertThat(
            new HashSet<>(
                SqlTables.sql("select q, id, far, d._rank from queries q join told_docs d" + by)))
        .isEqualTo(
            new HashSet<>(
                SqlTables.sql(
                    "select q, id, d._distance, d._rank from queries q join %s d" + by, table)));
    for (String column : List.of("d._distance", "d._rank", "_rank")) {
      assertThatThrownBy(
              () -> SqlTables.sql("select %s from queries q join docs_l2 d%s", column, by))
          .isInstanceOf(AnalysisException.class)
          .hasMessageContaining("[UNRESOLVED_COLUMN.WITH_SUGGESTION]");
    }
    List<Row> all =
        SqlTables.sql("select q, id, far, d._rank from queries q join told_docs d" + by);
    assertThat(
            SqlTables.sql(
                "select * from (select q, id, far, d._rank from queries q join told_docs d%s) where _rank < 3",
                by))
        .as("filtered behind the join")
        .containsExactlyInAnyOrderElementsOf(
            all.stream().filter(row -> row.getInt(3) < 3).toList());
    assertThatThrownBy(
            () ->
                SqlTables.sql(
                    "select q, id from queries q join (select * from told_docs where _rank < 3) d"
                        + by))
        .as("before it there is none")
        .hasMessageContaining("is there in what a search by the index found");
  }

  @Test
  void plansTellHowTheIndexIsSearched() {
    String query =
        "select q, id from queries q %s join (select * from knit.`%s` with (ef = 77) where part > 3) d %s nearest 6 by distance vector_l2_distance(d.v, q.qv)";
    String path = directory.resolve("docs_l2").toString();

    assertThat(SqlTables.plan(query, "", path, "approx"))
        .contains(
            NODE,
            "Inner, knit file:" + path + " version=1 filters=[",
            "part > 3",
            "metric=l2 k=6 ef=77");
    assertThat(SqlTables.plan(query, "left", path, "exact")).contains("LeftOuter", "k=6 exact");
  }

  @Test
  void onlyTheColumnsThatAreAskedForAreRead() {
    String plan =
        LocalSpark.session()
            .sql(
                "select q.q, d.id from queries q join docs_l2 d approx nearest 2 by distance vector_l2_distance(d.v, q.qv)")
            .queryExecution()
            .optimizedPlan()
            .toString();

    assertThat(plan).contains("RelationV2[id#").doesNotContain("RelationV2[id#0, v#");
    assertThat(plan.lines().filter(line -> line.contains("RelationV2")).findFirst().orElseThrow())
        .doesNotContain("v#", "name#", "part#");
  }

  @Test
  void filtersOnLeftColumnsAreEvaluatedBeforeTheJoin() {
    String plan =
        SqlTables.plan(
            "select * from (select q.q, d.id from queries q join docs_l2 d approx nearest 2 by distance vector_l2_distance(d.v, q.qv)) where q < 3 and id > 5");

    assertThat(plan.indexOf("(q#")).isLessThan(plan.indexOf(NODE, plan.indexOf("(1)")));
    assertSame(
        "select * from (select q.q, d.id from queries q join DOCS d approx nearest 2 by distance vector_l2_distance(d.v, q.qv)) where q < 3 and id > 5",
        "docs_l2",
        true);
  }

  @Test
  void aCachedRightSideIsSearchedByItsIndex() {
    Dataset<Row> docs = LocalSpark.session().table("docs_l2").filter("part < 60").select("v", "id");
    docs.cache();
    try {
      docs.count();
      Dataset<Row> joined =
          LocalSpark.session()
              .table("queries")
              .nearestByJoin(
                  docs, functions.expr("vector_l2_distance(v, qv)"), 3, "exact", "distance")
              .select("id", "q");
      assertThat(SqlTables.plan(joined)).contains(NODE);
      assertThat(new HashSet<>(joined.collectAsList()))
          .isEqualTo(
              new HashSet<>(
                  SqlTables.sql(
                      "select id, q from queries join (select * from plain_docs where part < 60) exact nearest 3 by distance vector_l2_distance(v, qv)")));
    } finally {
      docs.unpersist();
    }
  }

  @Test
  void otherDimensionsFailAsInSpark() {
    for (String table : List.of("docs_l2", "plain_docs")) {
      assertThatThrownBy(
              () ->
                  SqlTables.sql(
                      "select id from (select array(1f, 2f) as qv) q join %s d approx nearest 2 by distance vector_l2_distance(q.qv, d.v)",
                      table))
          .hasMessageContaining("VECTOR_DIMENSION_MISMATCH")
          .hasMessageContaining("`vector_l2_distance`");
    }
  }

  @Test
  void zerosHaveNoDirectionAndNoNeighbors() {
    for (String join : List.of("join", "left join")) {
      assertSame(
          "select id from (select array_repeat(0f, 12) as qv) q "
              + join
              + " DOCS d approx nearest 2 by similarity vector_cosine_similarity(q.qv, d.v)",
          "docs_cosine",
          true);
    }
  }

  @Test
  void temporaryViewsOverViewsWork() {
    LocalSpark.session()
        .sql(
            "create or replace temp view few_docs as select id as i, v from docs_l2 where part < 70");
    LocalSpark.session()
        .sql(
            "create or replace temp view nearest_docs as select q, i from queries q join few_docs d approx nearest 3 by distance vector_l2_distance(d.v, q.qv)");

    assertThat(SqlTables.plan("select * from nearest_docs")).contains(NODE);
    assertThat(new HashSet<>(SqlTables.sql("select * from nearest_docs")))
        .isEqualTo(
            new HashSet<>(
                SqlTables.sql(
                    "select q, id from queries join (select * from plain_docs where part < 70) exact nearest 3 by distance vector_l2_distance(v, qv)")));
  }
}
