package dev.knit.flink.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.table.IndexTable;
import dev.knit.table.TableVerifier;
import dev.knit.vector.Metric;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Streams of SQL whose rows, or tables, are not what they should be, and streams side by side. */
@Timeout(300)
class StreamWriteTest {
  @RegisterExtension static final MiniClusterExtension CLUSTER = SqlCluster.extension();
  @TempDir Path directory;
  private Docs docs;

  @BeforeEach
  void make() throws Exception {
    docs = Docs.make(directory.resolve("docs"), Metric.L2, 4);
  }

  private StreamTableEnvironment sql(StreamExecutionEnvironment streams) {
    StreamTableEnvironment sql = StreamTableEnvironment.create(streams);
    sql.getConfig().set("execution.checkpointing.interval", "100 ms");
    sql.getConfig().set("restart-strategy.type", "fixed-delay");
    sql.getConfig().set("restart-strategy.fixed-delay.attempts", "2");
    sql.getConfig().set("restart-strategy.fixed-delay.delay", "10 ms");
    sql.executeSql(docs.ddl("docs"));
    return sql;
  }

  /** Of what is deleted only the id is known, as in Kafka. */
  @Test
  void deletesNeedTheIdOnly() throws Exception {
    StreamExecutionEnvironment streams = SqlCluster.streams();
    StreamTableEnvironment sql = sql(streams);
    Schema schema =
        Schema.newBuilder()
            .column("f0", DataTypes.BIGINT().notNull())
            .column("f1", DataTypes.ARRAY(DataTypes.FLOAT()))
            .column("f2", DataTypes.STRING())
            .primaryKey("f0")
            .build();
    sql.createTemporaryView(
        "changes",
        sql.fromChangelogStream(
            streams.fromData(
                Types.ROW(Types.LONG, Types.OBJECT_ARRAY(Types.FLOAT), Types.STRING),
                Row.ofKind(RowKind.DELETE, 1L, null, null),
                Row.ofKind(RowKind.DELETE, 99L, null, null),
                Row.ofKind(RowKind.UPDATE_AFTER, 2L, new Float[] {2f, 2f, 2f}, "two")),
            schema,
            ChangelogMode.upsert(true)));

    SqlCluster.run(
        sql,
        "INSERT INTO docs SELECT f0, f1, f2, CAST(NULL AS DOUBLE), CAST(NULL AS INT) FROM changes");

    assertThat(SqlCluster.sorted(sql, "SELECT id, name FROM docs"))
        .containsExactly("+I[0, doc 0]", "+I[2, two]", "+I[3, doc 3]");
  }

  @Test
  void rowsThatDoNotFitFailTheJobOrAreLeftOutWhenAsked() throws Exception {
    StreamTableEnvironment sql = sql(SqlCluster.streams());
    String insert =
        "INSERT INTO docs %s SELECT id, CAST(v AS ARRAY<FLOAT>), name, 1.5, 2026 FROM (VALUES (11, CAST(NULL AS ARRAY<DOUBLE>), 'none'), (12, ARRAY[1E0], 'short'), (13, ARRAY[1E0, NULL, 2E0], 'holed'), (14, ARRAY[1E0, 2E0, 3E0], 'fits')) AS t(id, v, name)";

    assertThatThrownBy(() -> SqlCluster.run(sql, insert.formatted("")))
        .hasStackTraceContaining("does not fit");
    assertThat(docs.snapshot().rows()).isEqualTo(4);
    SqlCluster.run(sql, insert.formatted("/*+ OPTIONS('sink.invalid-rows' = 'log') */"));

    assertThat(SqlCluster.rows(sql, "SELECT name FROM docs WHERE id > 10"))
        .containsExactly("+I[fits]");
  }

  /** A restarted job must not go on with an empty table in its place, nor leave files there. */
  @RepeatedTest(4)
  void aTableThatIsDroppedUnderAStreamFailsItAndIsNotMadeAgain() throws Exception {
    StreamTableEnvironment sql = sql(SqlCluster.streams());
    sql.executeSql(
        "CREATE CATALOG knit WITH ('type' = 'knit', 'warehouse' = '%s')"
            .formatted(directory.getParent()));
    endless(sql);
    TableResult stream = insert(sql, "endless");
    awaitVersions(3);
    sql.executeSql("DROP TABLE knit.`%s`.docs".formatted(directory.getFileName()));

    assertThatThrownBy(stream::await).hasStackTraceContaining("is no Knit index");
    assertThat(directory.resolve("docs")).doesNotExist();
  }

  @Test
  void aTableThatIsMovedUnderAStreamFailsItAndIsNotMadeAgain() throws Exception {
    StreamTableEnvironment sql = sql(SqlCluster.streams());
    endless(sql);
    TableResult stream = insert(sql, "endless");
    awaitVersions(3);
    Files.move(directory.resolve("docs"), directory.resolve("moved"));

    assertThatThrownBy(stream::await).hasStackTraceContaining("is no Knit index");
    assertThat(new IndexTable(docs.io, docs.path).exists()).isFalse();
  }

  private static void endless(StreamTableEnvironment sql) {
    sql.executeSql(
        "CREATE TABLE endless (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '300', 'fields.id.min' = '0')");
  }

  private void awaitVersions(int more) throws Exception {
    long version = docs.snapshot().version() + more;
    while (docs.snapshot().version() < version) {
      Thread.sleep(10);
    }
  }

  @Test
  void twoStreamsWriteToOneTable() throws Exception {
    StreamTableEnvironment sql = sql(SqlCluster.streams());
    for (int first : new int[] {1000, 2000}) {
      sql.executeSql(
          "CREATE TABLE from%1$d (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '300', 'fields.id.kind' = 'sequence', 'fields.id.start' = '%1$d', 'fields.id.end' = '%2$d')"
              .formatted(first, first + 299));
    }
    TableResult one = insert(sql, "from1000");
    TableResult other = insert(sql, "from2000");
    one.await();
    other.await();

    assertThat(SqlCluster.rows(batch(), "SELECT COUNT(*), COUNT(DISTINCT id) FROM docs"))
        .containsExactly("+I[604, 604]");
    assertThat(TableVerifier.verify(docs.io, docs.path, docs.snapshot()).problems()).isEmpty();
  }

  private static TableResult insert(TableEnvironment sql, String source) {
    return sql.executeSql(
        "INSERT INTO docs SELECT id, CAST(ARRAY[id, 1, 2] AS ARRAY<FLOAT>), 'new', 1.5, 2026 FROM "
            + source);
  }

  private TableEnvironment batch() {
    TableEnvironment sql = SqlCluster.batch();
    sql.executeSql(docs.ddl("docs"));
    return sql;
  }
}
