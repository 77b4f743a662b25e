package dev.knit.spark.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.spark.IndexSpec;
import dev.knit.spark.KnitIndex;
import dev.knit.spark.KnnOptions;
import dev.knit.spark.LocalSpark;
import dev.knit.spark.TestTables;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.ExplainMode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table function {@code knit_join}. */
class JoinFunctionTest {
  @TempDir static Path directory;
  private static final SparkSession SPARK = LocalSpark.session();
  private static KnitIndex index;
  private static Dataset<Row> queries;

  @BeforeAll
  static void build() {
    Dataset<Row> items = TestTables.items(800, 4, 5);
    index = KnitIndex.build(items, IndexSpec.of("id", "v"), directory + "/index");
    queries = TestTables.queries(20, 4, 5);
    items.createOrReplaceTempView("fn_items");
    queries.createOrReplaceTempView("fn_queries");
  }

  @Test
  void anIndexIsSearchedWithAllOptions() {
    Dataset<Row> joined =
        SPARK.sql(
            "select * from knit_join(left => table(fn_queries), vector => 'qv', right => table(knit.`%s`), k => 3, ef => 90, on => 'part > q', columns => array('name'), right_prefix => 'r_', max_distance => 0.9, join_type => 'left')"
                .formatted(index.path()));
    KnnOptions options =
        KnnOptions.of(3).ef(90).on("part > q").columns("name").rightPrefix("r_").maxDistance(0.9);

    assertThat(joined.columns()).containsExactly("q", "qv", "r_name", "_distance", "_rank");
    assertThat(joined.select("q", "r_name", "_rank").collectAsList())
        .containsExactlyInAnyOrderElementsOf(
            index
                .knnJoin(queries, "qv", options.leftOuter())
                .select("q", "r_name", "_rank")
                .collectAsList());
    assertThat(joined.queryExecution().explainString(ExplainMode.fromString("simple")))
        .contains("Knit[" + index.path() + ", k=3, ef=90");
  }

  @Test
  void anotherTableIsJoinedAsItIs() {
    Dataset<Row> joined =
        SPARK.sql(
            "select * from knit_join(table(fn_queries), 'qv', table(select id, v from fn_items), 2, 'v', metric => 'l2') f where _rank = 1");

    assertThat(joined.columns()).containsExactly("q", "qv", "id", "_distance", "_rank");
    assertThat(joined.select("q", "id").collectAsList())
        .containsExactlyInAnyOrderElementsOf(
            index
                .knnJoin(queries, "qv", KnnOptions.of(1).exactly())
                .select("q", "id")
                .collectAsList());
  }

  @Test
  void partsOfAnIndexAreATableLikeAnyOther() {
    Dataset<Row> joined =
        SPARK.sql(
            "select * from knit_join(table(fn_queries), 'qv', table(select id, v from knit.`%s` where part < 9), 1, 'v')"
                .formatted(index.path()));

    assertThat(joined.where("id % 100 >= 9").count()).isZero();
    assertThat(joined.count()).isEqualTo(20);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vector => 'qv', colour => 1 | knit_join has no parameter 'colour'; it has left, vector,",
        "k => 1 | knit_join needs 'vector'.",
        "vector => 'qv', k => 'many' | knit_join got 'many' for 'k', which is a number.",
        "vector => 'qv', k => 1.5 | knit_join got 1.5 for 'k', which is a whole number",
        "vector => 'qv', k => 0 | k (0) must be at least 1.",
        "vector => 'qv', columns => 'id' | knit_join got 'id' for 'columns', which is an array of names.",
        "vector => 'qv', exact => 1 | knit_join got '1' for 'exact', which is true or false.",
      })
  void whatDoesNotFitIsRefused(String arguments, String problem) {
    assertThatThrownBy(
            () ->
                SPARK.sql(
                    "select * from knit_join(left => table(fn_queries), right => table(knit.`%s`), %s)"
                        .formatted(index.path(), arguments)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(problem);
  }

  @Test
  void tablesAreNeeded() {
    assertThatThrownBy(
            () -> SPARK.sql("select * from knit_join(left => 'fn_queries', vector => 'qv')"))
        .hasMessage("knit_join needs a table for 'left': left => TABLE(...).");
  }
}
