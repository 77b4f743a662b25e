package dev.knit.spark.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.knit.spark.LocalSpark;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProcedureTest {
  @TempDir static Path directory;
  private final SparkSession spark = LocalSpark.session();

  @BeforeAll
  void warehouse() {
    spark.conf().set("spark.sql.catalog.calls", "dev.knit.spark.catalog.KnitCatalog");
    spark.conf().set("spark.sql.catalog.calls.warehouse", directory + "/w");
    SqlTables.plain("plain_calls", 400, 5);
    spark.sql("create table calls.measured as select * from plain_calls where id < 300");
  }

  @Test
  void aTableIsTakenCareOf() {
    spark.sql("create table calls.t as select * from plain_calls where id < 300");
    spark.sql("insert into calls.t select * from plain_calls where id between 300 and 349");
    spark.sql("insert into calls.t select * from plain_calls where id >= 350");
    spark.sql("delete from calls.t where id % 2 = 0");

    Row compacted = one("compact(table => 't', all => true)");
    assertThat(compacted).hasToString("[5,3,1,200,200]");
    assertThat(one("tag('t', 'full', 3)")).hasToString("[full,3]");
    List<Row> history = rows("history('calls.t')");
    assertThat(history)
        .extracting(row -> row.getString(2))
        .containsExactly("tag", "compact", "delete", "append", "append", "build");
    assertThat(history)
        .extracting(row -> row.getLong(3))
        .containsExactly(200L, 200L, 200L, 400L, 350L, 300L);
    assertThat(history.get(3).getList(5)).isEqualTo(List.of("full"));
    assertThat(history.get(3).getJavaMap(6))
        .isEqualTo(java.util.Map.of("added", "50", "deleted", "0"));

    assertThat(one("rollback(table => 't', tag => 'full')")).hasToString("[7,3]");
    assertThat(spark.table("calls.t").count()).isEqualTo(400);
    assertThat(one("rollback(table => 't', version => 1)")).hasToString("[8,1]");
    assertThat(spark.table("calls.t").count()).isEqualTo(300);
    assertThat(one("verify('t', 3)").getBoolean(1)).isTrue();
    assertThat(one("verify('t')").getList(4)).isEmpty();

    assertThat(one("expire(table => 't', keep => 2)")).hasToString("[9,7]");
    assertThat(rows("history('t')"))
        .extracting(row -> row.getLong(0))
        .containsExactly(9L, 8L, 7L, 3L);
    Row planned = one("vacuum(table => 't', grace_hours => 0, dry_run => true)");
    Row removed = one("vacuum(table => 't', grace_hours => 0)");
    assertThat(planned.getBoolean(0)).isFalse();
    assertThat(removed.getBoolean(0)).isTrue();
    assertThat(removed.getInt(1)).as("versions").isEqualTo(5).isEqualTo(planned.getInt(1));
    assertThat(one("untag('t', 'full')")).hasToString("[full]");
    assertThat(one("verify('t')").getBoolean(1)).isTrue();
    assertThat(one("expire(table => 't', older_than => timestamp'2999-01-01')").getLong(1))
        .isEqualTo(10);
  }

  @Test
  void graphsAreMeasured() {
    List<Row> levels = rows("stats(table => 'measured', sample => 20)");
    assertThat(levels.get(0).getInt(1)).isEqualTo(300);
    assertThat(levels.get(0).getInt(3)).isEqualTo(300);
    assertThat(levels.get(0).getInt(4)).as("unreachable").isZero();
    assertThat(levels.get(0).getDouble(10)).as("recall").isBetween(0.9, 1.0);

    List<Row> own = rows("recall(table => 'measured', ef => array(10, 300), sample => 50)");
    List<Row> others =
        rows("recall(table => 'measured', k => 5, queries => 'plain_calls', column => 'v')");
    assertThat(own).extracting(row -> row.getInt(1)).containsExactly(10, 300);
    assertThat(own.get(1).getDouble(2)).isEqualTo(1.0);
    assertThat(own.get(1).getDouble(3)).isGreaterThan(own.get(0).getDouble(3));
    assertThat(others).extracting(row -> row.getInt(1)).containsExactly(16, 32, 64, 128);
  }

  @Test
  void proceduresAreShown() {
    assertThat(SqlTables.sql("show procedures in calls.system").toString())
        .contains("compact")
        .contains("vacuum")
        .contains("recall");
  }

  @Test
  void tablesAreNamedByTheirDirectoriesToo() {
    assertThat(rows("history('%s/w/measured')".formatted(directory))).hasSize(1);
    assertThat(SqlTables.sql("call knit.system.history('%s/w/measured')", directory)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "compact('none') | KNIT_NO_SUCH_INDEX | is no Knit index",
        "compact(null) | KNIT_INVALID_INPUT | table must not be null",
        "expire('measured') | KNIT_INVALID_INPUT | Give one of [keep, older_than], not none.",
        "expire('measured', 0) | KNIT_INVALID_INPUT | keep (0) must be at least 1.",
        "rollback(table => 'measured', version => 9) | KNIT_NO_SUCH_INDEX | has no version 9; the newest is 1.",
        "rollback(table => 'measured', version => 1, tag => 'x') | KNIT_INVALID_INPUT | not [version, tag].",
        "tag('measured', 'a b') | KNIT_INVALID_INPUT | 'a b' is no name for a tag",
        "untag('measured', 'none') | KNIT_NO_SUCH_INDEX | none",
        "vacuum('measured', -1) | KNIT_INVALID_INPUT | grace_hours (-1) must be at least 0.",
        "recall(table => 'measured', ef => array(3)) | KNIT_INVALID_INPUT | ef (3) must be at least k (10).",
        "recall(table => 'measured', queries => 'none') | TABLE_OR_VIEW_NOT_FOUND | none",
        "stats(table => 'measured', colour => 1) | UNRECOGNIZED_PARAMETER_NAME | colour",
        "polish('measured') | KNIT_NO_SUCH_PROCEDURE | there are [compact, expire,"
      })
  void callsThatCannotBeAreRefused(String call, String condition, String message) {
    Throwable failure = catchThrowable(() -> rows(call));

    assertThat(failure).isInstanceOf(SparkThrowable.class).hasMessageContaining(message);
    assertThat(((SparkThrowable) failure).getCondition()).startsWith(condition);
  }

  @Test
  void proceduresAreInTheNamespaceSystem() {
    assertThatThrownBy(() -> spark.sql("call calls.other.compact('measured')"))
        .isInstanceOf(SparkThrowable.class);
  }

  private Row one(String call) {
    List<Row> rows = rows(call);
    assertThat(rows).hasSize(1);
    return rows.get(0);
  }

  private List<Row> rows(String call) {
    return spark.sql("call calls.system." + call).collectAsList();
  }
}
