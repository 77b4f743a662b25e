package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.knit.io.FileIO;
import dev.knit.io.HadoopFileIO;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Others read {@code rows.arrow} too. {@code -Dknit.python} names a Python that has pyarrow, polars
 * and duckdb.
 */
class OtherReadersTest {
  private static final String SCRIPT =
      """
      import sys, pyarrow as pa
      table = pa.ipc.open_file(sys.argv[1]).read_all()
      table.validate(full=True)
      row = table.slice(3, 1).to_pylist()[0]
      print(table.num_rows, table.schema.field("v").type, table.schema.field("v").nullable)
      print(row["id"], row["v"], row["decimal"], row["string"], row["list"], row["struct"])
      print(row["map"], table.column("boolean").null_count, row["timestamp"].tzinfo is not None)
      """;

  private static final String POLARS =
      """
      import sys, polars as pl
      table = pl.read_ipc(sys.argv[1])
      row = table.row(3, named=True)
      print(table.height, table.schema["v"], table.schema["timestamp"], table["boolean"].null_count())
      print(row["id"], list(row["v"]), row["decimal"], row["string"], row["list"], row["struct"])
      print(table.filter(pl.col("int32") > 100).height, table["v"].arr.sum().sum())
      """;

  private static final String DUCKDB =
      """
      import sys, duckdb, pyarrow as pa
      rows = pa.ipc.open_file(sys.argv[1]).read_all()
      print(duckdb.sql("select typeof(v), typeof(decimal), typeof(map) from rows limit 1").fetchall()[0])
      print(duckdb.sql("select id, string from rows where int32 between 100 and 101 order by id").fetchall())
      print(duckdb.sql("select count(*), sum(v[1]), count(boolean) from rows").fetchall()[0])
      """;

  @TempDir Path directory;
  private final FileIO io = new HadoopFileIO(new Configuration());

  @Test
  void pyarrowReadsRows() throws Exception {
    assertThat(lines(SCRIPT, "pyarrow"))
        .containsExactly(
            "9000 fixed_size_list<item: float not null>[2] False",
            "3 [3.0, 0.5] -12345678901234564.123 grüß 3 ['p', None, 'q3']"
                + " {'a': 3, 'b': [[1, 3], None, []]}",
            "[('x3', 1.5), ('none', None)] 1 True");
  }

  @Test
  void polarsReadsRows() throws Exception {
    assertThat(lines(POLARS, "polars"))
        .containsExactly(
            "9000 Array(Float32, shape=(2,)) Datetime(time_unit='us', time_zone='UTC') 1",
            "3 [3.0, 0.5] -12345678901234564.123 grüß 3 ['p', None, 'q3']"
                + " {'a': 3, 'b': [[1, 3], None, []]}",
            "8894 40500000.0");
  }

  @Test
  void duckdbReadsRowsByPyarrow() throws Exception {
    assertThat(lines(DUCKDB, "duckdb, pyarrow"))
        .containsExactly(
            "('FLOAT[2]', 'DECIMAL(20,3)', 'MAP(VARCHAR, DOUBLE)')",
            "[(105, 'grüß 105'), (106, 'grüß 106')]",
            "(9000, 40495500.0, 8999)");
  }

  /** What a script prints of a file with rows of all types. */
  private List<String> lines(String script, String modules) throws Exception {
    String python = System.getProperty("knit.python", "python3");
    assumeTrue(
        run(python, "-c", "import " + modules).isEmpty(),
        "%s with %s is not installed".formatted(python, modules));
    TableSchema schema = new TableSchema(RowsFileTest.ID, "v", 2, RowsFileTest.ALL_TYPES);
    try (RowsWriter writer = RowsWriter.create(io, directory.toString(), "rows.arrow", schema)) {
      for (int row = 0; row < 9000; row++) {
        Object[] values = RowsFileTest.values(row);
        values[0] = row == 5 ? null : values[0];
        writer.write((long) row, new float[] {row, 0.5f}, values);
      }
      writer.finish();
    }
    return run(python, "-c", script, directory.resolve("rows.arrow").toString()).lines().toList();
  }

  private static String run(String... command) throws InterruptedException {
    try {
      ProcessBuilder builder = new ProcessBuilder(List.of(command)).redirectErrorStream(true);
      builder.environment().put("PYTHONIOENCODING", "utf-8");
      Process process = builder.start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return output;
    } catch (IOException e) {
      return e.getMessage();
    }
  }
}
