package dev.knit.spark.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.spark.IndexSpec;
import dev.knit.spark.KnitIndex;
import dev.knit.spark.LocalSpark;
import dev.knit.spark.TestTables;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches for one vector in an index that is said not to fit, beside the same in one step. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TopNGroupsTest {
  private static final String MEMORY = "spark.knit.join.memory";
  private static final String Q =
      SqlTables.array(TestTables.clustered(1, SqlTables.DIMENSION, 19).get(0));

  @TempDir static Path directory;
  private final SparkSession spark = LocalSpark.session();

  @BeforeAll
  void build() {
    Dataset<Row> items = TestTables.items(2500, SqlTables.DIMENSION, 19).cache();
    IndexSpec spec = IndexSpec.of("id", "v").partitions(2);
    KnitIndex index = KnitIndex.build(items.where("id < 1000"), spec, directory + "/index");
    index = index.append(items.where("id between 1000 and 1999")).delete("id % 11 = 4");
    index.append(items.where("id >= 2000"));
    TestTables.queries(9, SqlTables.DIMENSION, 19)
        .selectExpr("q", "qv", "map('q', q) as m")
        .createOrReplaceTempView("group_queries");
  }

  @AfterEach
  void reset() {
    spark.conf().unset(MEMORY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select id from DOCS order by vector_l2_distance(v, Q) limit 10",
        "select id, v, name from DOCS order by vector_l2_distance(v, Q) limit 10",
        "select id, _rank, _distance from DOCS order by vector_l2_distance(v, Q) limit 15",
        "select id, _distance from DOCS order by vector_l2_distance(v, Q) limit 15",
        "select id from DOCS where part < 40 order by vector_l2_distance(Q, v) limit 7 offset 5",
        "select id from DOCS where id < 900 order by vector_l2_distance(v, Q) limit 3",
        "select id, vector_l2_distance(v, Q) as d from DOCS order by d limit 2000",
        "select id from DOCS where id < 0 order by vector_l2_distance(v, Q) limit 3",
        "select max(id) from (select id from DOCS order by vector_l2_distance(v, Q) limit 4)"
      })
  void ordersInGroupsFindWhatOneSearchFinds(String query) {
    String sql = text(query);
    List<Row> expected = spark.sql(sql).collectAsList();
    spark.conf().set(MEMORY, "1k");

    assertThat(spark.sql(sql).collectAsList()).as(sql).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select q, id, _rank from knit_search('PATH', TABLE(group_queries), 6)",
        "select id, _rank from knit_range('PATH', Q, max_distance => 1.2)",
        "select value, count from knit_facets('PATH', Q, facet => 'part', k => 40)",
        "select q, m['q'], value, count from knit_facets('PATH', TABLE(group_queries), 'part', 300)"
      })
  void functionsInGroupsFindWhatOneSearchFinds(String query) {
    String sql = text(query);
    List<Row> expected = spark.sql(sql).collectAsList();
    spark.conf().set(MEMORY, "1k");
    Dataset<Row> found = spark.sql(sql);

    assertThat(SqlTables.plan(found)).contains("KnitSearchGroups");
    assertThat(found.schema()).isEqualTo(spark.sql(sql).schema());
    assertThat(new HashSet<>(found.collectAsList())).as(sql).isEqualTo(new HashSet<>(expected));
    assertThat(found.count()).isEqualTo(expected.size()).isPositive();
  }

  @Test
  void eachGroupIsATask() {
    String sql = text("select id from DOCS order by vector_l2_distance(v, Q) limit 10");
    spark.conf().set(MEMORY, "1k");
    Dataset<Row> found = spark.sql(sql);

    assertThat(SqlTables.plan(found)).contains("in 3 groups of segments, memory=");
    assertThat(SqlTables.plan(found)).contains("TakeOrderedAndProject");
    spark.conf().unset(MEMORY);
    assertThat(SqlTables.plan(spark.sql(sql))).doesNotContain("groups").doesNotContain("Ordered");
  }

  private static String text(String query) {
    String path = directory + "/index";
    return query.replace("DOCS", "knit.`" + path + "`").replace("PATH", path).replace("Q", Q);
  }
}
