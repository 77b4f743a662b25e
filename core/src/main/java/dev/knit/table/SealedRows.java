package dev.knit.table;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Changes that a {@link GrowingSegment} has sealed, to be committed by {@link TableWriter#apply}.
 * Travels as {@link #toBytes}. Immutable.
 *
 * @param uuid names these changes, and the segment if there is one
 * @param base the version that they were written for, without segments, tags and writers
 * @param segment the new rows; null for none
 * @param deleted ids of rows that go; none of them has a row in the segment
 */
public record SealedRows(UUID uuid, Snapshot base, SegmentInfo segment, List<Object> deleted) {
  /** Copies the list. */
  public SealedRows {
    deleted = List.copyOf(deleted);
  }

  /** Rows of the segment that are not deleted. */
  public int liveRows() {
    return segment == null ? 0 : segment.liveRows();
  }

  /** The segment, or none. */
  List<SegmentInfo> segments() {
    return segment == null ? List.of() : List.of(segment);
  }

  /** These changes as bytes: uuid, the base with the segment as JSON, ids. */
  public byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeLong(uuid.getMostSignificantBits());
      out.writeLong(uuid.getLeastSignificantBits());
      writeText(out, base.with(segments()).toJson());
      out.writeInt(deleted.size());
      for (Object id : deleted) {
        if (id instanceof String text) {
          writeText(out, text);
        } else {
          out.writeLong(((Number) id).longValue());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * What {@link #toBytes} wrote.
   *
   * @throws IOException when it is something else
   */
  public static SealedRows fromBytes(byte[] bytes) throws IOException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      UUID uuid = new UUID(in.readLong(), in.readLong());
      Snapshot snapshot = Snapshot.fromJson(readText(in));
      Column id = snapshot.schema().id();
      int count = in.readInt();
      List<Object> deleted = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        boolean text = id.type() == ColumnType.Primitive.STRING;
        deleted.add(RowIds.of(id, text ? readText(in) : (Object) in.readLong()));
      }
      SegmentInfo segment = snapshot.segments().isEmpty() ? null : snapshot.segments().get(0);
      return new SealedRows(uuid, snapshot.with(List.of()), segment, deleted);
    } catch (IllegalArgumentException e) {
      throw new IOException("These are no sealed rows: " + e.getMessage(), e);
    }
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String readText(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IOException("A text of %d bytes is cut off.".formatted(length));
    }
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }
}
