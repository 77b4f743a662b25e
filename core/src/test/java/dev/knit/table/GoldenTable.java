package dev.knit.table;

import dev.knit.table.ColumnType.Primitive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes the table of {@link GoldenTableTest}; argument: an empty directory. What a release wrote
 * must stay as it is, so it is run once for each version of the format.
 */
final class GoldenTable {
  private GoldenTable() {}

  public static void main(String[] arguments) throws IOException {
    TestTable table = new TestTable(Path.of(arguments[0]));
    TableWriter writer = new TableWriter(table.io, table.path);
    float[][] vectors = TestTable.random(40, 1);
    vectors[7] = vectors[2];
    table.commit(vectors);
    writer.delete(List.of(2L, 11L, 12L), new CommitKey("sink", 3, "abc"));
    writer.renameColumn("text", "label");
    Snapshot wide = writer.addColumn(new Column("year", Primitive.INT32, true));
    try (SegmentWriter rows = new SegmentWriter(table.io, table.path, wide)) {
      rows.write(5L, TestTable.random(1, 2)[0], new Object[] {"moved", 1999});
      rows.write(100L, TestTable.random(1, 3)[0], new Object[] {null, null});
      writer.upsert(wide, List.of(rows.finish()), null);
    }
    writer.tag("release", 2);
    Compactor.compactAll(table.io, table.path, 1);
  }
}
