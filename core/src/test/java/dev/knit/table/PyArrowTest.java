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

/** Others read {@code rows.arrow} too. {@code -Dknit.python} names a Python that has pyarrow. */
class PyArrowTest {
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

  @TempDir Path directory;
  private final FileIO io = new HadoopFileIO(new Configuration());

  @Test
  void pyarrowReadsRows() throws Exception {
    String python = System.getProperty("knit.python", "python3");
    assumeTrue(
        run(python, "-c", "import pyarrow").isEmpty(), "python3 with pyarrow is not installed");
    TableSchema schema = new TableSchema(RowsFileTest.ID, "v", 2, RowsFileTest.ALL_TYPES);
    try (RowsWriter writer = RowsWriter.create(io, directory.toString(), "rows.arrow", schema)) {
      for (int row = 0; row < 9000; row++) {
        Object[] values = RowsFileTest.values(row);
        values[0] = row == 5 ? null : values[0];
        writer.write((long) row, new float[] {row, 0.5f}, values);
      }
      writer.finish();
    }
    assertThat(run(python, "-c", SCRIPT, directory.resolve("rows.arrow").toString()).lines())
        .containsExactly(
            "9000 fixed_size_list<item: float not null>[2] False",
            "3 [3.0, 0.5] -12345678901234564.123 grüß 3 ['p', None, 'q3']"
                + " {'a': 3, 'b': [[1, 3], None, []]}",
            "[('x3', 1.5), ('none', None)] 1 True");
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
