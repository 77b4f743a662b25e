package dev.knit.flink.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.io.FileIO;
import dev.knit.io.HadoopFileIO;
import dev.knit.table.IndexTable;
import dev.knit.table.Snapshot;
import dev.knit.table.TableVerifier;
import dev.knit.vector.Metric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writing by INSERT, DELETE and TRUNCATE. */
class WriteTest {
  @RegisterExtension static final MiniClusterExtension CLUSTER = SqlCluster.extension();
  @TempDir Path directory;

  private static final String COLUMNS =
      "id BIGINT, v ARRAY<FLOAT>, name STRING, price DECIMAL(8, 2), PRIMARY KEY (id) NOT ENFORCED";
  private static final String MADE =
      "'vector.dimension' = '2', 'index.hnsw.m' = '8', 'sink.parallelism' = '2'";

  private void declare(TableEnvironment sql, String name, String options) {
    sql.executeSql(
        "CREATE TABLE %1$s (%2$s) WITH ('connector' = 'knit', 'path' = '%3$s/%1$s'%4$s)"
            .formatted(name, COLUMNS, directory, options.isEmpty() ? "" : ", " + options));
  }

  private Snapshot snapshot(String name) throws Exception {
    return new IndexTable(io(), directory + "/" + name).snapshot();
  }

  private static FileIO io() {
    return new HadoopFileIO(new org.apache.hadoop.conf.Configuration());
  }

  private void requireWhole(String name) throws Exception {
    assertThat(TableVerifier.verify(io(), directory + "/" + name, snapshot(name)).problems())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void valuesAreWrittenReadAndSearched(boolean streaming) throws Exception {
    TableEnvironment sql = SqlCluster.of(streaming);
    declare(sql, "docs", MADE);

    SqlCluster.run(
        sql,
        "INSERT INTO docs VALUES (1, ARRAY[0.0, 1.0], 'north', 1.5), (2, ARRAY[1.0, 0.0], 'east', CAST(NULL AS DECIMAL(8, 2))), (3, ARRAY[0.0, -1.0], 'south', 3)");
    SqlCluster.run(sql, "INSERT INTO docs VALUES (3, ARRAY[-1.0, 0.0], 'west', 4)");

    assertThat(SqlCluster.sorted(sql, "SELECT * FROM docs"))
        .containsExactly(
            "+I[1, [0.0, 1.0], north, 1.50]",
            "+I[2, [1.0, 0.0], east, null]",
            "+I[3, [-1.0, 0.0], west, 4.00]");
    assertThat(
            SqlCluster.rows(
                sql,
                "SELECT name FROM VECTOR_SEARCH(TABLE docs, DESCRIPTOR(v), CAST(ARRAY[-0.9, 0.1] AS ARRAY<FLOAT>), 1)"))
        .containsExactly("+I[west]");
    assertThat(snapshot("docs").params().m()).isEqualTo(8);
    requireWhole("docs");
  }

  /** Changes of all kinds, in some versions, beside a model. */
  @Test
  void changelogsAreAppliedAsAModelSays() throws Exception {
    long seed = 20261121;
    Random random = new Random(seed);
    Map<Long, Row> model = new TreeMap<>();
    List<Row> changes = new ArrayList<>();
    for (int i = 0; i < 6_000; i++) {
      long id = random.nextInt(500);
      Row old = model.get(id);
      if (old != null && random.nextInt(3) == 0) {
        model.remove(id);
        changes.add(Row.copy(of(RowKind.DELETE, old)));
      } else {
        Float[] vector = {random.nextFloat(), random.nextFloat()};
        Row row = Row.of(id, vector, "name " + i, new java.math.BigDecimal(i).setScale(2));
        if (old != null) {
          changes.add(of(RowKind.UPDATE_BEFORE, old));
        }
        changes.add(of(old == null ? RowKind.INSERT : RowKind.UPDATE_AFTER, row));
        model.put(id, row);
      }
    }
    StreamExecutionEnvironment streams = SqlCluster.streams();
    StreamTableEnvironment sql = StreamTableEnvironment.create(streams);
    sql.getConfig().set("execution.checkpointing.interval", "200 ms");
    declare(sql, "docs", MADE);
    sql.createTemporaryView("changes", table(sql, streams, changes));

    SqlCluster.run(sql, "INSERT INTO docs SELECT * FROM changes");

    List<String> expected =
        model.values().stream()
            .map(row -> "+I[%s, %s]".formatted(row.getField(0), row.getField(2)))
            .sorted()
            .toList();
    assertThat(SqlCluster.sorted(declared(), "SELECT id, name FROM docs"))
        .as("seed %d", seed)
        .isEqualTo(expected);
    assertThat(snapshot("docs").version()).isGreaterThan(3);
    requireWhole("docs");
  }

  private TableEnvironment declared() {
    TableEnvironment sql = SqlCluster.batch();
    declare(sql, "docs", "");
    return sql;
  }

  private static Row of(RowKind kind, Row row) {
    Row copy = Row.copy(row);
    copy.setKind(kind);
    return copy;
  }

  /** A stream that takes more than a second. */
  private static Table table(
      StreamTableEnvironment sql, StreamExecutionEnvironment streams, List<Row> changes) {
    TypeInformation<Row> type =
        Types.ROW_NAMED(
            new String[] {"id", "v", "name", "price"},
            Types.LONG,
            Types.OBJECT_ARRAY(Types.FLOAT),
            Types.STRING,
            Types.BIG_DEC);
    DataStream<Row> stream =
        streams
            .fromData(changes, type)
            .setParallelism(1)
            .map(WriteTest::slowly)
            .returns(type)
            .setParallelism(1);
    return sql.fromChangelogStream(
        stream,
        Schema.newBuilder()
            .column("id", DataTypes.BIGINT().notNull())
            .column("v", DataTypes.ARRAY(DataTypes.FLOAT()))
            .column("name", DataTypes.STRING())
            .column("price", DataTypes.DECIMAL(8, 2))
            .primaryKey("id")
            .build(),
        ChangelogMode.all());
  }

  private static Row slowly(Row row) throws InterruptedException {
    if ((Long) row.getField(0) % 5 == 0) {
      Thread.sleep(1);
    }
    return row;
  }

  /** Updates of a query whose key is the table's need no ON CONFLICT. */
  @Test
  void updatesOfAnAggregateAreWritten() throws Exception {
    TableEnvironment sql = SqlCluster.streaming();
    declare(sql, "docs", MADE);

    SqlCluster.run(
        sql,
        "INSERT INTO docs SELECT id, CAST(ARRAY[COUNT(*), 1] AS ARRAY<FLOAT>), MAX(name), CAST(SUM(price) AS DECIMAL(8, 2)) FROM (VALUES (1, 'a', 1), (2, 'b', 2), (1, 'c', 3), (1, 'b', 4)) AS v(id, name, price) GROUP BY id");

    assertThat(SqlCluster.sorted(sql, "SELECT * FROM docs"))
        .containsExactly("+I[1, [3.0, 1.0], c, 8.00]", "+I[2, [1.0, 1.0], b, 2.00]");
  }

  @Test
  void rowsOfOtherTablesAreCopied() throws Exception {
    Docs docs = Docs.make(directory.resolve("source"), Metric.COSINE, 100);
    TableEnvironment sql = SqlCluster.batch();
    sql.executeSql(docs.ddl("source"));
    sql.executeSql(
        "CREATE TABLE copy (embedding ARRAY<FLOAT>, `year` INT, id BIGINT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'knit', 'path' = '%s/copy', 'vector.dimension' = '3', 'vector.metric' = 'cosine')"
            .formatted(directory));

    SqlCluster.run(sql, "INSERT INTO copy SELECT embedding, `year`, id FROM source WHERE id < 50");

    assertThat(SqlCluster.sorted(sql, "SELECT id, `year`, embedding FROM copy"))
        .isEqualTo(
            SqlCluster.sorted(sql, "SELECT id, `year`, embedding FROM source WHERE id < 50"));
    requireWhole("copy");
  }

  @Test
  void overwritingReplacesAllRowsInOneVersion() throws Exception {
    TableEnvironment sql = SqlCluster.batch();
    declare(sql, "docs", MADE);
    SqlCluster.run(sql, "INSERT INTO docs VALUES " + values(0, 20));
    long before = snapshot("docs").version();

    SqlCluster.run(sql, "INSERT OVERWRITE docs VALUES " + values(10, 5));
    assertThat(SqlCluster.rows(sql, "SELECT COUNT(*), MIN(id), MAX(id) FROM docs"))
        .containsExactly("+I[5, 10, 14]");
    assertThat(snapshot("docs").version()).isEqualTo(before + 1);
    assertThat(snapshot("docs").operation().kind()).isEqualTo("overwrite");

    SqlCluster.run(sql, "INSERT OVERWRITE docs SELECT * FROM docs WHERE id > 100");
    assertThat(SqlCluster.rows(sql, "SELECT COUNT(*) FROM docs")).containsExactly("+I[0]");
    requireWhole("docs");

    TableEnvironment streaming = SqlCluster.streaming();
    declare(streaming, "docs", "");
    assertThatThrownBy(() -> streaming.executeSql("INSERT OVERWRITE docs VALUES " + values(0, 1)))
        .hasStackTraceContaining("run it in batch mode");
  }

  private static String values(int first, int rows) {
    return String.join(
        ", ",
        IntStream.range(first, first + rows)
            .mapToObj(id -> "(%1$d, ARRAY[%1$d.5, 1.0], 'n%1$d', %1$d)".formatted(id))
            .toList());
  }

  @Test
  void rowsAreDeletedByConditions() throws Exception {
    TableEnvironment sql = SqlCluster.batch();
    declare(sql, "docs", MADE);
    SqlCluster.run(sql, "INSERT INTO docs VALUES " + values(0, 20));

    assertThat(SqlCluster.rows(sql, "DELETE FROM docs WHERE id < 5 OR name = 'n7'"))
        .containsExactly("+I[6]");
    assertThat(SqlCluster.rows(sql, "SELECT COUNT(*), MIN(id) FROM docs"))
        .containsExactly("+I[14, 5]");
    assertThatThrownBy(() -> sql.executeSql("DELETE FROM docs WHERE MOD(id, 2) = 0"))
        .isInstanceOf(Exception.class);
    sql.executeSql("TRUNCATE TABLE docs");
    assertThat(SqlCluster.rows(sql, "SELECT COUNT(*) FROM docs")).containsExactly("+I[0]");
    requireWhole("docs");
  }

  @Test
  void whatCannotBeWrittenIsRefused() throws Exception {
    TableEnvironment sql = SqlCluster.batch();
    declare(sql, "docs", MADE);
    declare(sql, "sizeless", "");
    SqlCluster.run(sql, "INSERT INTO docs VALUES " + values(0, 2));

    refused(
        sql,
        "INSERT INTO docs (id, v) VALUES (1, ARRAY[1.0, 2.0])",
        "here [name, price] are missing");
    refused(sql, "INSERT INTO sizeless VALUES " + values(0, 1), "needs the dimension");
    refused(
        sql,
        "INSERT INTO docs /*+ OPTIONS('scan.version' = '1') */ VALUES " + values(0, 1),
        "Versions of the past cannot be written to");
    refused(
        sql,
        "INSERT INTO docs /*+ OPTIONS('index.hnsw.m' = '9') */ VALUES " + values(0, 1),
        "Option 'index.hnsw.m' is '9', but the index table");
    fails(sql, "CAST(NULL AS ARRAY<FLOAT>)", "is null");
    fails(sql, "ARRAY[1.0]", "dimension 1");
    fails(sql, "CAST(ARRAY[1.0, NULL] AS ARRAY<FLOAT>)", "has null at position 1");
    assertThat(SqlCluster.rows(sql, "SELECT COUNT(*) FROM docs")).containsExactly("+I[2]");
  }

  private static void refused(TableEnvironment sql, String statement, String message) {
    assertThatThrownBy(() -> sql.executeSql(statement)).hasStackTraceContaining(message);
  }

  private static void fails(TableEnvironment sql, String vector, String message) {
    assertThatThrownBy(
            () -> SqlCluster.run(sql, "INSERT INTO docs VALUES (9, " + vector + ", 'n', 1)"))
        .hasStackTraceContaining(message);
  }

  /** Without a primary key there are no updates to apply. */
  @Test
  void withoutAPrimaryKeyRowsAreAppended() throws Exception {
    StreamExecutionEnvironment streams = SqlCluster.streams();
    StreamTableEnvironment sql = StreamTableEnvironment.create(streams);
    declare(sql, "docs", MADE);
    SqlCluster.run(sql, "INSERT INTO docs VALUES " + values(0, 2));
    sql.executeSql(
        "CREATE TABLE keyless (id BIGINT, v ARRAY<FLOAT>, name STRING, price DECIMAL(8, 2)) WITH ('connector' = 'knit', 'path' = '%s/docs')"
            .formatted(directory));

    SqlCluster.run(sql, "INSERT INTO keyless VALUES " + values(2, 2));
    assertThat(SqlCluster.sorted(sql, "SELECT id FROM keyless"))
        .containsExactly("+I[0]", "+I[1]", "+I[2]", "+I[3]");
    sql.createTemporaryView(
        "changes", table(sql, streams, List.of(Row.of(7L, new Float[] {1f, 2f}, "n", null))));
    refused(sql, "INSERT INTO keyless SELECT * FROM changes", "doesn't support consuming update");
  }
}
