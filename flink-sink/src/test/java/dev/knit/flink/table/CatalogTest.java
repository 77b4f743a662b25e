package dev.knit.flink.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.table.Snapshot;
import dev.knit.vector.Metric;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables by name. */
class CatalogTest {
  @RegisterExtension static final MiniClusterExtension CLUSTER = SqlCluster.extension();
  @TempDir Path warehouse;

  private TableEnvironment sql(boolean streaming) {
    TableEnvironment sql = SqlCluster.of(streaming);
    sql.executeSql(
        "CREATE CATALOG knit WITH ('type' = 'knit', 'warehouse' = '%s')".formatted(warehouse));
    sql.executeSql("USE CATALOG knit");
    return sql;
  }

  private static final String DOCS =
      "CREATE TABLE db.docs (id BIGINT, embedding ARRAY<FLOAT>, name STRING, `at` TIMESTAMP_LTZ(6), PRIMARY KEY (id) NOT ENFORCED) WITH ('vector.dimension' = '3', 'vector.metric' = 'cosine', 'index.hnsw.m' = '8')";

  @Test
  void databasesAndTablesAreDirectories() {
    TableEnvironment sql = sql(false);

    assertThat(sql.listDatabases()).containsExactly("default");
    sql.executeSql("CREATE DATABASE db COMMENT 'all of it' WITH ('owner' = 'me')");
    sql.executeSql(DOCS);
    sql.executeSql("USE db");

    assertThat(sql.listDatabases()).containsExactly("db", "default");
    assertThat(sql.listTables()).containsExactly("docs");
    assertThat(warehouse.resolve("db/docs/_knit/log")).isDirectory();
    assertThat(warehouse.resolve("db/_knit_namespace")).content().contains("owner=me");
    sql.executeSql("ALTER DATABASE db SET ('owner' = 'you')");
    assertThat(warehouse.resolve("db/_knit_namespace"))
        .content()
        .contains("owner=you", "comment=all of it");
    assertThat(SqlCluster.rows(sql, "DESCRIBE docs"))
        .containsExactly(
            "+I[id, BIGINT, false, PRI(id), null, null]",
            "+I[embedding, ARRAY<FLOAT>, false, null, null, null]",
            "+I[name, STRING, true, null, null, null]",
            "+I[at, TIMESTAMP_LTZ(6), true, null, null, null]");
    assertThat(SqlCluster.rows(sql, "SHOW CREATE TABLE docs").toString())
        .contains("'vector.dimension' = '3'", "'vector.metric' = 'cosine'", "'index.hnsw.m' = '8'");
    sql.executeSql("USE `default`");
    assertThatThrownBy(() -> sql.executeSql("DROP DATABASE db"))
        .hasStackTraceContaining("is not empty");
    sql.executeSql("DROP TABLE db.docs");
    assertThat(sql.listTables("knit", "db")).isEmpty();
    sql.executeSql("DROP DATABASE db");
    assertThat(warehouse.resolve("db")).doesNotExist();
  }

  /** A table that was made by another engine: only the storage is between them. */
  @Test
  void tablesOfOthersAreFoundSearchedAndReadAsOfATime() throws Exception {
    Files.createDirectories(warehouse.resolve("db"));
    Docs docs = Docs.make(warehouse.resolve("db/docs"), Metric.L2, 30);
    Snapshot then = docs.snapshot();
    Thread.sleep(5);
    docs.append(30, 30);
    String time =
        LocalDateTime.ofInstant(Instant.ofEpochMilli(then.timestamp() + 1), ZoneId.systemDefault())
            .toString()
            .replace('T', ' ');
    TableEnvironment sql = sql(true);
    String search =
        "SELECT id FROM VECTOR_SEARCH((SELECT * FROM db.docs%s), DESCRIPTOR(embedding), "
            + Docs.sql(45)
            + ", 1)";

    assertThat(SqlCluster.rows(sql, search.formatted(""))).containsExactly("+I[45]");
    assertThat(
            SqlCluster.rows(
                sql, search.formatted(" FOR SYSTEM_TIME AS OF TIMESTAMP '" + time + "'")))
        .containsExactly("+I[29]");
    assertThat(
            SqlCluster.rows(
                sql,
                "SELECT id FROM db.docs FOR SYSTEM_TIME AS OF TIMESTAMP '"
                    + time
                    + "' WHERE id >= 29"))
        .containsExactly("+I[29]");
    assertThatThrownBy(
            () ->
                sql.executeSql(
                    "SELECT * FROM db.docs FOR SYSTEM_TIME AS OF TIMESTAMP '2001-01-01 00:00:00'"))
        .hasStackTraceContaining("has no version of 2001");
  }

  @Test
  void proceduresAreCalledWithNamedArguments() throws Exception {
    Docs docs = Docs.make(warehouse.resolve("db/docs"), Metric.L2, 20);
    for (int i = 1; i < 5; i++) {
      docs.append(20 * i, 20);
    }
    docs.delete(7L);
    long version = docs.snapshot().version();
    TableEnvironment sql = sql(false);

    assertThat(SqlCluster.rows(sql, "SHOW PROCEDURES FROM sys"))
        .containsExactly("+I[compact]", "+I[expire]", "+I[search]", "+I[verify]");
    assertThat(SqlCluster.rows(sql, "CALL sys.compact(`table` => 'db.docs')"))
        .containsExactly("+I[%d, 5, 1, 99, 1]".formatted(version + 1));
    assertThat(SqlCluster.rows(sql, "CALL sys.compact(`table` => 'db.docs', `all` => TRUE)"))
        .containsExactly("+I[%d, 0, 0, 0, 0]".formatted(version + 1));
    assertThat(
            SqlCluster.rows(
                    sql, "CALL sys.verify(`table` => 'db.docs', version => " + version + ")")
                .toString())
        .startsWith("[+I[%d, true, ".formatted(version));
    assertThat(
            SqlCluster.rows(
                sql, "CALL sys.`search`(`table` => 'db.docs', `vector` => '[1, 0, 0]', k => 2)"))
        .hasSize(2)
        .anyMatch(row -> row.startsWith("+I[0, 1.0, 0.0, {") && row.contains("name=doc 0"))
        .anyMatch(row -> row.startsWith("+I[1, 0.98"));
    assertThat(SqlCluster.rows(sql, "CALL sys.expire(`table` => 'db.docs', keep => 1)"))
        .containsExactly("+I[%d, %d]".formatted(version + 2, version + 1));
    assertThatThrownBy(() -> sql.executeSql("CALL sys.expire(`table` => 'db.docs')"))
        .hasStackTraceContaining("Give one of 'keep' and 'older_than'");
    assertThatThrownBy(() -> sql.executeSql("CALL sys.verify(`table` => 'db.other')"))
        .hasStackTraceContaining("has no table 'db.other'");
    assertThatThrownBy(
            () -> sql.executeSql("CALL sys.`search`(`table` => 'db.docs', `vector` => '1, x')"))
        .hasStackTraceContaining("'x' is none");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "id BIGINT, v ARRAY<FLOAT> | 'vector.dimension' = '3' | needs its id: PRIMARY KEY",
        "id BIGINT, v ARRAY<FLOAT>, PRIMARY KEY (id) NOT ENFORCED | | needs the dimension",
        "id BIGINT, v ARRAY<DOUBLE>, PRIMARY KEY (id) NOT ENFORCED | 'vector.dimension' = '3' | Of [id, v] none is of type ARRAY<FLOAT>",
        "id DOUBLE, v ARRAY<FLOAT>, PRIMARY KEY (id) NOT ENFORCED | 'vector.dimension' = '3' | an id is an int32, int64 or string",
        "v ARRAY<FLOAT>, id BIGINT, PRIMARY KEY (id) NOT ENFORCED | 'vector.dimension' = '3' | declare 'id' first and 'v' second",
        "id BIGINT, v ARRAY<FLOAT>, t TIME, PRIMARY KEY (id) NOT ENFORCED | 'vector.dimension' = '3' | Column 't' has type TIME",
        "id BIGINT, v ARRAY<FLOAT>, t TIMESTAMP(9), PRIMARY KEY (id) NOT ENFORCED | 'vector.dimension' = '3' | an index holds microseconds",
        "id BIGINT, v ARRAY<FLOAT>, u AS id + 1, PRIMARY KEY (id) NOT ENFORCED | 'vector.dimension' = '3' | no computed or metadata columns",
        "id BIGINT, v ARRAY<FLOAT>, PRIMARY KEY (id) NOT ENFORCED | 'vector.dimension' = '3', 'vector.metric' = 'l3' | Metric 'l3' is unknown",
        "id BIGINT, v ARRAY<FLOAT>, PRIMARY KEY (id) NOT ENFORCED | 'vector.dimension' = '3', 'vector.metric' = 'inner_product' | 'vector.max-norm' = '1.0'",
        "id BIGINT, v ARRAY<FLOAT>, PRIMARY KEY (id) NOT ENFORCED | 'vector.dimension' = '3', 'lookup.refresh-interval' = '1 s' | cannot be kept with an index table",
        "id BIGINT, v ARRAY<FLOAT>, PRIMARY KEY (id) NOT ENFORCED | 'connector' = 'datagen' | holds index tables only",
      })
  void tablesThatCannotBeMadeAreRefused(String columns, String options, String message) {
    TableEnvironment sql = sql(false);
    String with = options == null ? "" : " WITH (" + options + ")";

    assertThatThrownBy(() -> sql.executeSql("CREATE TABLE t (%s)%s".formatted(columns, with)))
        .hasStackTraceContaining(message);
    assertThat(sql.listTables()).isEmpty();
  }

  @Test
  void whatATableExistsAlreadyIs() {
    TableEnvironment sql = sql(false);
    String table =
        "CREATE TABLE %s t (id INT, v ARRAY<FLOAT>, PRIMARY KEY (id) NOT ENFORCED) WITH ('vector.dimension' = '3')";
    sql.executeSql(table.formatted(""));
    sql.executeSql(table.formatted("IF NOT EXISTS"));

    assertThatThrownBy(() -> sql.executeSql(table.formatted("")))
        .hasStackTraceContaining("already exists");
    assertThatThrownBy(() -> sql.executeSql("ALTER TABLE t RENAME TO u"))
        .hasStackTraceContaining("its name is that of its directory");
    assertThat(List.of(sql.listTables())).containsExactly("t");
  }

  @Test
  void columnsAreAddedDroppedAndRenamed() throws Exception {
    TableEnvironment sql = sql(false);
    sql.executeSql("CREATE DATABASE db");
    sql.executeSql(DOCS);
    SqlCluster.run(
        sql,
        "INSERT INTO db.docs VALUES (1, ARRAY[1.0, 0.0, 0.0], 'a', CAST(NULL AS TIMESTAMP_LTZ(6)))");

    sql.executeSql("ALTER TABLE db.docs ADD (price DOUBLE, tag STRING)");
    sql.executeSql("ALTER TABLE db.docs RENAME name TO title");
    sql.executeSql("ALTER TABLE db.docs DROP `at`");
    SqlCluster.run(sql, "INSERT INTO db.docs VALUES (2, ARRAY[0.0, 1.0, 0.0], 'b', 2.5, 'new')");

    assertThat(SqlCluster.sorted(sql, "SELECT id, title, price, tag FROM db.docs"))
        .containsExactly("+I[1, a, null, null]", "+I[2, b, 2.5, new]");
    assertThat(SqlCluster.rows(sql, "DESCRIBE db.docs")).hasSize(5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SET ('vector.metric' = 'l2') | option 'vector.metric' cannot be changed",
        "RESET ('index.hnsw.m') | option 'index.hnsw.m' cannot be changed",
        "ADD price DOUBLE NOT NULL | 'price' cannot be NOT NULL",
        "ADD price DOUBLE FIRST | new columns come last",
        "ADD price AS id + 1 | no computed or metadata columns",
        "MODIFY name INT | index tables have no such change",
        "DROP embedding | embedding",
        "RENAME id TO key | id",
      })
  void changesOfTablesThatCannotBeMadeAreRefused(String change, String message) {
    TableEnvironment sql = sql(false);
    sql.executeSql("CREATE DATABASE db");
    sql.executeSql(DOCS);
    List<String> before = SqlCluster.rows(sql, "DESCRIBE db.docs");

    assertThatThrownBy(() -> sql.executeSql("ALTER TABLE db.docs " + change))
        .hasStackTraceContaining(message);
    assertThat(SqlCluster.rows(sql, "DESCRIBE db.docs")).isEqualTo(before);
  }

  /** What is declared must be what there is. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "id BIGINT, embedding ARRAY<FLOAT>, title STRING | it has no column 'title'",
        "id INT, embedding ARRAY<FLOAT> | its column 'id' is int64, but it is declared as INT; declare it as BIGINT",
        "id BIGINT, v ARRAY<FLOAT> | its vectors are in 'embedding', not in 'v'",
        "id BIGINT, embedding ARRAY<FLOAT>, name STRING NOT NULL | may be null, but it is declared NOT NULL",
        "id BIGINT, embedding ARRAY<FLOAT>, name STRING NOT NULL, PRIMARY KEY (name) NOT ENFORCED | its id is 'id', but the primary key is 'name'",
      })
  void declarationsThatDoNotFitAreRefused(String columns, String message) throws Exception {
    Docs docs = Docs.make(warehouse.resolve("docs"), Metric.L2, 3);
    TableEnvironment sql = SqlCluster.batch();
    sql.executeSql(
        "CREATE TABLE t (%s) WITH ('connector' = 'knit', 'path' = '%s')"
            .formatted(columns, docs.path));

    assertThatThrownBy(() -> sql.executeSql("SELECT * FROM t"))
        .hasStackTraceContaining("do not fit the index table")
        .hasStackTraceContaining(message);
  }

  @Test
  void optionsThatDoNotFitAreRefused() throws Exception {
    Docs docs = Docs.make(warehouse.resolve("docs"), Metric.L2, 3);
    TableEnvironment sql = SqlCluster.batch();
    sql.executeSql(docs.ddl("t", "'vector.metric' = 'cosine'"));

    assertThatThrownBy(() -> sql.executeSql("SELECT * FROM t"))
        .hasStackTraceContaining("Option 'vector.metric' is 'cosine', but the index table")
        .hasStackTraceContaining("has l2");
  }

  @Test
  void unknownOptionsAreErrors() throws Exception {
    Docs docs = Docs.make(warehouse.resolve("docs"), Metric.L2, 3);
    TableEnvironment sql = SqlCluster.batch();
    sql.executeSql(docs.ddl("t", "'vector.metrik' = 'l2'"));

    assertThatThrownBy(() -> sql.executeSql("SELECT * FROM t"))
        .hasStackTraceContaining("Unsupported options:")
        .hasStackTraceContaining("vector.metrik");
  }
}
