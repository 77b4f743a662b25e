package dev.knit.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.table.Column;
import dev.knit.table.ColumnType.Primitive;
import dev.knit.table.IndexParams;
import dev.knit.table.RowsIterator;
import dev.knit.table.SegmentInfo;
import dev.knit.table.Snapshot;
import dev.knit.table.StoredRows;
import dev.knit.table.TableSchema;
import dev.knit.table.TableVerifier;
import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Tables of int64 or text ids, vectors of {@value #DIMENSION}, and a text; what is in them. */
final class TestRows {
  static final int DIMENSION = 8;
  static final IndexParams PARAMS = new IndexParams(Metric.L2, 8, 40, 7, 0, Quantization.NONE);
  static final TableSchema NUMBERS = schema(Primitive.INT64);
  static final TableSchema TEXTS = schema(Primitive.STRING);

  private TestRows() {}

  private static TableSchema schema(Primitive id) {
    return new TableSchema(
        new Column("id", id, false),
        "embedding",
        DIMENSION,
        List.of(new Column("text", Primitive.STRING, true)));
  }

  /** A vector that follows from a number. */
  static float[] vector(long number) {
    float[] vector = new float[DIMENSION];
    long state = number;
    for (int i = 0; i < DIMENSION; i++) {
      state = state * 6364136223846793005L + 1442695040888963407L;
      vector[i] = (state >>> 40) / (float) (1 << 24);
    }
    return vector;
  }

  /** The text of each row by its id; no id may be there twice, and everything must be whole. */
  static Map<Object, String> of(TableAccess table) throws IOException {
    return of(table, table.table().snapshot());
  }

  static Map<Object, String> of(TableAccess table, Snapshot snapshot) throws IOException {
    Map<Object, String> rows = new TreeMap<>();
    for (SegmentInfo segment : snapshot.segments()) {
      for (int file = 0; file < segment.rowsFiles().size(); file++) {
        try (StoredRows stored =
            new StoredRows(table.io(), table.path(), snapshot, segment, file)) {
          while (stored.hasNext()) {
            RowsIterator.Row row = stored.next();
            String before = rows.put(row.id(), (String) row.metadata()[0]);
            assertThat(before).describedAs("a second row %s", row.id()).isNull();
          }
        }
      }
    }
    assertThat(rows).hasSize((int) snapshot.rows());
    return rows;
  }

  static void assertWhole(TableAccess table) throws IOException {
    Snapshot newest = table.table().snapshot();
    assertThat(TableVerifier.verify(table.io(), table.path(), newest).problems()).isEmpty();
  }
}
