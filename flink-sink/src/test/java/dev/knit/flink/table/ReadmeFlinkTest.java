package dev.knit.flink.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.io.HadoopFileIO;
import dev.knit.table.IndexTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Runs the README's Flink SQL as it stands there. */
class ReadmeFlinkTest {
  @RegisterExtension static final MiniClusterExtension CLUSTER = SqlCluster.extension();
  @TempDir Path warehouse;

  @Test
  void theStatementsOfTheReadmeWork() throws Exception {
    TableEnvironment sql = SqlCluster.batch();
    sql.getConfig().set("table.dml-sync", "true");
    sql.executeSql(
        "CREATE TEMPORARY VIEW changes AS SELECT id, CAST(ARRAY[x, 1.0, 0.0] AS ARRAY<FLOAT>) AS embedding, title, `year` FROM (VALUES (1, 0.1, 'a', 1910), (2, 0.2, 'b', 1980), (3, 0.3, 'c', 1995), (4, 0.4, 'd', 2001)) AS v(id, x, title, `year`)");
    sql.executeSql(
        "CREATE TEMPORARY VIEW viewers AS SELECT 'me' AS viewer, CAST(ARRAY[0.4, 1.0, 0.0] AS ARRAY<FLOAT>) AS taste");

    List<List<String>> results = new ArrayList<>();
    for (String statement : statements()) {
      results.add(SqlCluster.rows(sql, statement.replace("/data/warehouse", "" + warehouse)));
    }

    assertThat(results.get(4)).hasSize(2).allMatch(row -> row.matches("\\+I\\[me, [cd], .*"));
    assertThat(results.get(5)).hasSize(4);
    assertThat(results.get(7)).hasSize(1);
    String table = warehouse + "/shop/films";
    assertThat(new IndexTable(new HadoopFileIO(new Configuration()), table).snapshot().rows())
        .isEqualTo(3);
  }

  /** Those of the first block of SQL that is Flink's. */
  private static List<String> statements() throws Exception {
    String readme = Files.readString(Path.of("..", "README.md"));
    Optional<String> block =
        Stream.of(readme.split("```sql\n"))
            .filter(code -> code.startsWith("CREATE CATALOG"))
            .findFirst();
    assertThat(block).isPresent();
    return List.of(block.get().substring(0, block.get().indexOf("```")).strip().split(";"));
  }
}
