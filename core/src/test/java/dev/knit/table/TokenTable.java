package dev.knit.table;

import dev.knit.io.FileIO;
import dev.knit.table.ColumnType.Primitive;
import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.LongPredicate;
import java.util.zip.CRC32C;
import org.roaringbitmap.RoaringBitmap;

/** A table whose rows files hold numbers in place of rows: for tests of commits, quick to write. */
record TokenTable(FileIO io, String path) {

  /** Version 1, without rows. */
  static Snapshot first() {
    TableSchema schema =
        new TableSchema(new Column("id", Primitive.INT64, false), "vector", 2, List.of());
    IndexParams params = new IndexParams(Metric.L2, 4, 20, 1, 0, Quantization.NONE);
    return Snapshot.first(schema, params, List.of(), Operation.of(Operation.BUILD));
  }

  SegmentInfo write(List<Long> tokens) throws IOException {
    UUID uuid = UUID.randomUUID();
    ByteBuffer bytes = ByteBuffer.allocate(tokens.size() * Long.BYTES);
    tokens.forEach(bytes::putLong);
    String name = TableLayout.rows(uuid);
    try (OutputStream out = io.create(TableLayout.resolve(path, name))) {
      out.write(bytes.array());
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes.array());
    RowsFile file = new RowsFile(name, bytes.capacity(), (int) crc.getValue(), tokens.size());
    return SegmentInfo.flat(uuid, List.of(file));
  }

  /** The numbers in a segment's file, deleted or not. */
  List<Long> all(SegmentInfo segment) throws IOException {
    List<Long> tokens = new ArrayList<>();
    for (RowsFile file : segment.rowsFiles()) {
      try (CheckedInput in = CheckedInput.open(io, path, file)) {
        byte[] bytes = new byte[(int) file.bytes()];
        in.read(bytes, 0, bytes.length);
        in.finish();
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          tokens.add(buffer.getLong());
        }
      }
    }
    return tokens;
  }

  /** Those that are not deleted. */
  List<Long> live(SegmentInfo segment) throws IOException {
    List<Long> tokens = all(segment);
    RoaringBitmap deleted = DeletionVector.read(io, path, segment.deletes(), segment.rows());
    List<Long> live = new ArrayList<>();
    for (int row = 0; row < tokens.size(); row++) {
      if (!deleted.contains(row)) {
        live.add(tokens.get(row));
      }
    }
    return live;
  }

  /** The rows of a version; each number at most once. */
  TreeSet<Long> content(Snapshot snapshot) throws IOException {
    TreeSet<Long> content = new TreeSet<>();
    for (SegmentInfo segment : snapshot.segments()) {
      for (long token : live(segment)) {
        if (!content.add(token)) {
          throw new AssertionError(
              "Version %d has row %d twice.".formatted(snapshot.version(), token));
        }
      }
    }
    return content;
  }

  /** A compaction of some segments. */
  Change compaction(List<SegmentInfo> inputs) throws IOException {
    List<Long> rows = new ArrayList<>();
    for (SegmentInfo input : inputs) {
      rows.addAll(live(input));
    }
    return new CompactChange(io, path, inputs, rows.isEmpty() ? null : write(rows));
  }

  /** The rows of a segment whose numbers {@code wanted} takes. */
  RoaringBitmap rows(SegmentInfo segment, LongPredicate wanted) throws IOException {
    RoaringBitmap rows = new RoaringBitmap();
    List<Long> tokens = all(segment);
    for (int row = 0; row < tokens.size(); row++) {
      if (wanted.test(tokens.get(row))) {
        rows.add(row);
      }
    }
    return rows;
  }
}
