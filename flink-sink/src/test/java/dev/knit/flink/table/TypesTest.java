package dev.knit.flink.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Columns of all types that an index holds. */
class TypesTest {
  @RegisterExtension static final MiniClusterExtension CLUSTER = SqlCluster.extension();
  @TempDir Path warehouse;

  private static final List<String> TYPES =
      List.of(
          "a BOOLEAN",
          "b TINYINT",
          "c SMALLINT",
          "d INT",
          "e FLOAT",
          "f DOUBLE",
          "g BYTES",
          "h DATE",
          "i TIMESTAMP(6)",
          "j TIMESTAMP_LTZ(6)",
          "k DECIMAL(20, 3)",
          "l ARRAY<INT>",
          "m MAP<STRING NOT NULL, BIGINT>",
          "n ROW<x INT, y ARRAY<STRING>>");

  private static final String ROW =
      "'one', ARRAY[1.0, 2.0], TRUE, CAST(-1 AS TINYINT), CAST(2 AS SMALLINT), 3, CAST(0.5 AS FLOAT), 0.25e0, x'00ff', DATE '1969-12-31', TIMESTAMP '1969-12-31 23:59:59.999999', TO_TIMESTAMP_LTZ(-1, 3), CAST('12345678901234567.125' AS DECIMAL(20, 3)), ARRAY[1, CAST(NULL AS INT)], MAP['k', CAST(7 AS BIGINT)], ROW(1, ARRAY['p', CAST(NULL AS STRING)])";

  @Test
  void valuesComeBackAsTheyWere() throws Exception {
    TableEnvironment sql = SqlCluster.batch();
    sql.executeSql(
        "CREATE CATALOG knit WITH ('type' = 'knit', 'warehouse' = '%s')".formatted(warehouse));
    sql.executeSql("USE CATALOG knit");
    sql.executeSql(
        "CREATE TABLE t (id STRING, v ARRAY<FLOAT>, %s, PRIMARY KEY (id) NOT ENFORCED) WITH ('vector.dimension' = '2')"
            .formatted(String.join(", ", TYPES)));
    List<String> columns = TYPES.stream().map(type -> type.substring(0, 1)).toList();
    String nulls =
        String.join(
            ", ", TYPES.stream().map(type -> "CAST(NULL AS " + type.substring(2) + ")").toList());

    SqlCluster.run(sql, "INSERT INTO t SELECT " + ROW);
    SqlCluster.run(sql, "INSERT INTO t SELECT 'none', ARRAY[3.0, 4.0], " + nulls);

    String all = String.join(", ", columns);
    List<String> expected =
        SqlCluster.rows(sql, "SELECT %s FROM (SELECT %s) AS r(id, v, %s)".formatted(all, ROW, all));
    assertThat(SqlCluster.rows(sql, "SELECT " + all + " FROM t WHERE id = 'one'"))
        .isEqualTo(expected);
    assertThat(SqlCluster.rows(sql, "SELECT " + all + " FROM t WHERE id = 'none'"))
        .containsExactly("+I[" + "null, ".repeat(columns.size() - 1) + "null]");
    assertThat(
            SqlCluster.rows(
                sql,
                "SELECT id FROM t WHERE a AND b < 0 AND c = 2 AND e = 0.5 AND f > 0.2 AND h = DATE '1969-12-31' AND i < TIMESTAMP '1970-01-01 00:00:00' AND j < TO_TIMESTAMP_LTZ(0, 3) AND k > 12345678901234567"))
        .containsExactly("+I[one]");
    assertThat(
            SqlCluster.rows(
                sql,
                "SELECT "
                    + all
                    + " FROM VECTOR_SEARCH(TABLE t, DESCRIPTOR(v), CAST(ARRAY[1.0, 2.0] AS ARRAY<FLOAT>), 1)"))
        .isEqualTo(expected);
  }
}
