package dev.knit.spark.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.spark.KnitException;
import dev.knit.spark.KnitIndex;
import dev.knit.spark.LocalSpark;
import dev.knit.spark.TableAccess;
import dev.knit.spark.TableGraph;
import dev.knit.table.SegmentInfo;
import dev.knit.vector.Metric;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CREATE INDEX and DROP INDEX. */
class TableIndexTest {
  @TempDir Path directory;
  private final SparkSession spark = LocalSpark.session();
  private Dataset<Row> rows;

  @BeforeEach
  void table() {
    rows = SqlTables.plain("plain_indexed", 2000, 9);
    SqlTables.indexed(rows, "indexed", Metric.L2, directory);
  }

  private String name() {
    return "knit.`" + directory.resolve("indexed") + "`";
  }

  private KnitIndex open() {
    return KnitIndex.open(spark, directory.resolve("indexed").toString());
  }

  @Test
  void anIndexIsDroppedAndMadeAnewWithOtherOptions() {
    spark.sql("delete from " + name() + " where id % 10 = 3");
    spark.sql("drop index v on " + name());

    assertThat(open().snapshot().segments()).isNotEmpty().allMatch(SegmentInfo::isFlat);
    assertHolds("id % 10 <> 3");
    spark.sql(
        "create index v on "
            + name()
            + " using hnsw (v) options (m = 8, ef_construction = 40, metric = 'cosine')");

    assertThat(open().snapshot().params().m()).isEqualTo(8);
    assertThat(open().snapshot().params().efConstruction()).isEqualTo(40);
    assertThat(open().snapshot().params().metric()).isEqualTo(Metric.COSINE);
    assertThat(open().snapshot().segments()).hasSize(1).noneMatch(SegmentInfo::isFlat);
    assertThat(open().verify().problems()).isEmpty();
    assertHolds("id % 10 <> 3");
    assertThat(
            SqlTables.plan(
                "select id from %s with ('ef' = 70) order by vector_cosine_similarity(v,"
                    + " array_repeat(1f, 12)) desc limit 5",
                name()))
        .contains("metric=cosine k=5 ef=70");
  }

  private void assertHolds(String condition) {
    assertThat(new HashSet<>(spark.table(name()).collectAsList()))
        .isEqualTo(new HashSet<>(rows.where(condition).collectAsList()));
  }

  @Test
  void existenceIsLookedAt() {
    long before = open().snapshot().version();
    assertThatThrownBy(() -> spark.sql("create index v on " + name() + " (v)"))
        .hasMessageContaining("INDEX_ALREADY_EXISTS");
    spark.sql("create index if not exists v on " + name() + " (v)");
    assertThat(open().snapshot().version()).isEqualTo(before);

    spark.sql("drop index v on " + name());
    assertThatThrownBy(() -> spark.sql("drop index v on " + name()))
        .hasMessageContaining("INDEX_NOT_FOUND");
    spark.sql("drop index if exists v on " + name());
    assertThat(open().snapshot().version()).isEqualTo(before + 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "other | v | hnsw | m = 8 | has the name of its vector, 'v'",
        "v | name | hnsw | m = 8 | is on its vector: USING hnsw (v)",
        "v | v | ivf | m = 8 | There is no index type 'ivf'; there is hnsw.",
        "v | v | hnsw | lists = 8 | An index has no option 'lists'",
        "v | v | hnsw | m = 1 | m (1)",
        "v | v | hnsw | metric = 'hamming' | hamming"
      })
  void whatDoesNotFitIsRefused(
      String name, String column, String type, String option, String problem) {
    spark.sql("drop index v on " + name());
    long before = open().snapshot().version();

    assertThatThrownBy(
            () ->
                spark.sql(
                    "create index %s on %s using %s (%s) options (%s)"
                        .formatted(name, name(), type, column, option)))
        .isInstanceOf(KnitException.class)
        .hasMessageContaining("KNIT_INVALID_INPUT")
        .hasMessageContaining(problem);
    assertThat(open().snapshot().version()).isEqualTo(before);
  }

  @Test
  void aTableWithoutRowsKeepsTheOptionsForThoseToCome() {
    String empty = "knit.`" + directory.resolve("empty") + "`";
    spark.sql(
        "create table "
            + empty
            + " (id bigint not null, v array<float>) tblproperties ('dimension' = '12')");
    spark.sql("create index v on " + empty + " using hnsw (v) options (m = 5, metric = 'cosine')");

    var params = KnitIndex.open(spark, directory.resolve("empty").toString()).snapshot().params();
    assertThat(params.m()).isEqualTo(5);
    assertThat(params.metric()).isEqualTo(Metric.COSINE);
    assertThatThrownBy(
            () ->
                spark.sql("create index v on " + empty + " (v) options (metric = 'inner_product')"))
        .hasMessageContaining("max_norm");
  }

  @Test
  void rowsThatOthersWriteMeanwhileAreNotLost() {
    KnitIndex before = open();
    TableGraph graph =
        new TableGraph(spark, TableAccess.of(spark, before.path()), before.snapshot());
    before.delete("id < 5");

    assertThatThrownBy(() -> graph.create(Map.of("m", "8")))
        .isInstanceOf(KnitException.class)
        .hasMessageContaining("KNIT_COMMIT_CONFLICT");
    assertThatThrownBy(graph::drop).hasMessageContaining("KNIT_COMMIT_CONFLICT");
    assertThat(open().snapshot().params().m()).isEqualTo(16);
    assertHolds("id >= 5");
  }
}
