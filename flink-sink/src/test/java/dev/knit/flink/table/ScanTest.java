package dev.knit.flink.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.vector.Metric;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading by SELECT. */
class ScanTest {
  @RegisterExtension static final MiniClusterExtension CLUSTER = SqlCluster.extension();
  @TempDir static Path directory;
  private static Docs docs;

  @BeforeAll
  static void make() throws Exception {
    docs = Docs.make(directory.resolve("docs"), Metric.L2, 60, 30, 30);
    docs.delete(5L, 65L);
  }

  private static TableEnvironment sql(boolean streaming, String... options) {
    TableEnvironment sql = SqlCluster.of(streaming);
    sql.executeSql(docs.ddl("docs", options));
    return sql;
  }

  private static List<String> ids(IntPredicate which) {
    return IntStream.range(0, 120)
        .filter(id -> id != 5 && id != 65)
        .filter(which)
        .mapToObj(id -> "+I[%d]".formatted(id))
        .sorted()
        .toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void allColumnsOfAllLiveRowsAreRead(boolean streaming) {
    List<String> rows = SqlCluster.sorted(sql(streaming), "SELECT * FROM docs");

    assertThat(rows).hasSize(118);
    assertThat(rows)
        .contains(
            "+I[7, [%s, %s, %s], doc 7, 3.5, 1907]"
                .formatted(Docs.vector(7)[0], Docs.vector(7)[1], Docs.vector(7)[2]))
        .anyMatch(row -> row.startsWith("+I[10, [") && row.endsWith("], doc 10, null, 1910]"));
  }

  /** Each is taken by the table as a whole, and means what it means in Flink. */
  @Test
  void filtersAreTakenAndExact() {
    TableEnvironment sql = sql(false);
    check(sql, "id > 100", id -> id > 100);
    check(
        sql, "id IN (3, 5, 117) OR name LIKE 'doc 1_'", id -> id == 3 || id == 117 || id / 10 == 1);
    check(sql, "price IS NULL", id -> id % 10 == 0);
    check(sql, "NOT (price > 10 OR price IS NULL)", id -> id % 10 != 0 && id / 2.0 <= 10);
    check(sql, "price <> 3.5", id -> id % 10 != 0 && id != 7);
    check(sql, "(price > 10) IS NOT TRUE", id -> id % 10 == 0 || id / 2.0 <= 10);
    check(sql, "id BETWEEN 10 AND 12 AND `year` >= 1911", id -> id == 11 || id == 12);
    check(sql, "name = 'doc 8' OR name > 'doc 97'", id -> id == 8 || id == 98 || id == 99);
    check(sql, "CAST(`year` AS BIGINT) = id + 1900 AND id < 3", id -> id < 3);
    check(sql, "name LIKE '%5'", id -> id % 10 == 5);
    check(sql, "price >= 10.5 AND price < 12", id -> id >= 21 && id < 24);
  }

  private static void check(TableEnvironment sql, String where, IntPredicate expected) {
    assertThat(SqlCluster.sorted(sql, "SELECT id FROM docs WHERE " + where))
        .as(where)
        .isEqualTo(ids(expected));
  }

  @Test
  void filtersProjectionAndLimitReachTheTable() {
    TableEnvironment sql = sql(false);

    String plan =
        sql.explainSql("SELECT name FROM docs WHERE id > 3 AND price IS NOT NULL LIMIT 4");

    assertThat(plan)
        .contains("filter=[and(>(id, 3), IS NOT NULL(price))]", "project=[name]", "limit=[4]");
    assertThat(plan.substring(plan.indexOf("Optimized Execution Plan"))).doesNotContain("where=");
    assertThat(SqlCluster.rows(sql, "SELECT name FROM docs WHERE id > 3 LIMIT 4")).hasSize(4);
  }

  /** What the table cannot evaluate is left to Flink. */
  @Test
  void otherFiltersAreEvaluatedByFlink() {
    check(sql(false), "MOD(id, 7) = 0 AND id > 50", id -> id % 7 == 0 && id > 50);
    check(sql(false), "embedding[3] > 0.1", id -> id / 1000f > 0.1);
  }

  @Test
  void countsWithoutColumns() {
    assertThat(SqlCluster.rows(sql(false), "SELECT COUNT(*) FROM docs")).containsExactly("+I[118]");
  }

  @Test
  void versionsAreReadByNumberTimeAndTag() throws Exception {
    Docs own = Docs.make(directory.resolve("versions"), Metric.L2, 10);
    long version = own.snapshot().version();
    long time = own.snapshot().timestamp();
    new dev.knit.table.TableWriter(own.io, own.path).tag("first", version);
    own.append(10, 5);
    String count = "SELECT COUNT(*) FROM %s";
    TableEnvironment sql = SqlCluster.batch();
    sql.executeSql(own.ddl("now"));
    sql.executeSql(own.ddl("numbered", "'scan.version' = '" + version + "'"));
    sql.executeSql(own.ddl("timed", "'scan.timestamp-millis' = '" + time + "'"));
    sql.executeSql(own.ddl("tagged", "'scan.tag' = 'first'"));

    assertThat(SqlCluster.rows(sql, count.formatted("now"))).containsExactly("+I[15]");
    assertThat(SqlCluster.rows(sql, count.formatted("numbered"))).containsExactly("+I[10]");
    assertThat(SqlCluster.rows(sql, count.formatted("timed"))).containsExactly("+I[10]");
    assertThat(SqlCluster.rows(sql, count.formatted("tagged"))).containsExactly("+I[10]");
    assertThat(
            SqlCluster.rows(
                sql, count.formatted("now /*+ OPTIONS('scan.version' = '" + version + "') */")))
        .containsExactly("+I[10]");
    sql.executeSql(own.ddl("two", "'scan.tag' = 'first'", "'scan.version' = '1'"));
    assertThatThrownBy(() -> sql.executeSql("SELECT * FROM two"))
        .hasStackTraceContaining("name a version each; give one of them");
  }

  @Test
  void metadataColumnsTellVersionAndSegment() throws Exception {
    TableEnvironment sql = SqlCluster.batch();
    sql.executeSql(
        "CREATE TABLE m (id BIGINT, embedding ARRAY<FLOAT>, v BIGINT METADATA FROM 'version' VIRTUAL, s STRING METADATA FROM 'segment' VIRTUAL) WITH ('connector' = 'knit', 'path' = '"
            + docs.path
            + "')");

    assertThat(SqlCluster.rows(sql, "SELECT DISTINCT v FROM m"))
        .containsExactly("+I[%d]".formatted(docs.snapshot().version()));
    assertThat(SqlCluster.rows(sql, "SELECT s, id FROM m WHERE id = 70"))
        .containsExactly("+I[%s, 70]".formatted(docs.snapshot().segments().get(1).uuid()));
  }
}
