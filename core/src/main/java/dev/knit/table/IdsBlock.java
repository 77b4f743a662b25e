package dev.knit.table;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Ids in order and the rows that have them: the rows, then the ids; each a whole number of 8 bytes,
 * or a text with its length before it.
 */
record IdsBlock(Object[] ids, int[] rows) {
  byte[] bytes() {
    int length = Integer.BYTES * rows.length;
    for (Object id : ids) {
      length = Math.addExact(length, bytes(id));
    }
    ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    for (int row : rows) {
      out.putInt(row);
    }
    for (Object id : ids) {
      put(id, out);
    }
    return out.array();
  }

  /**
   * Reads a block of {@code count} ids, whose checksum was verified.
   *
   * @param type of the id column
   * @throws RuntimeException when it makes no sense
   */
  static IdsBlock of(ByteBuffer bytes, int count, ColumnType type, int rowsOfFile) {
    ByteBuffer in = bytes.order(ByteOrder.LITTLE_ENDIAN);
    IdsBlock block = new IdsBlock(new Object[count], new int[count]);
    for (int i = 0; i < count; i++) {
      block.rows[i] = in.getInt();
      if (block.rows[i] < 0 || block.rows[i] >= rowsOfFile) {
        throw new IllegalArgumentException("row %d of %d".formatted(block.rows[i], rowsOfFile));
      }
    }
    boolean texts = type == ColumnType.Primitive.STRING;
    boolean small = type == ColumnType.Primitive.INT32;
    for (int i = 0; i < count; i++) {
      Object id = get(texts, in);
      block.ids[i] = small ? (Object) Math.toIntExact((Long) id) : id;
    }
    if (in.hasRemaining()) {
      throw new IllegalArgumentException("%d bytes too many".formatted(in.remaining()));
    }
    return block;
  }

  /** The least bytes that a row and its id take. */
  static int least(boolean texts) {
    return Integer.BYTES + (texts ? Integer.BYTES : Long.BYTES);
  }

  static int bytes(Object id) {
    return id instanceof String text ? Integer.BYTES + utf8(text).length : Long.BYTES;
  }

  static void put(Object id, ByteBuffer out) {
    if (id instanceof String text) {
      byte[] bytes = utf8(text);
      out.putInt(bytes.length).put(bytes);
    } else {
      out.putLong(((Number) id).longValue());
    }
  }

  static Object get(boolean texts, ByteBuffer in) {
    if (!texts) {
      return in.getLong();
    }
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new IllegalArgumentException("an id of %d bytes".formatted(length));
    }
    String text =
        new String(in.array(), in.arrayOffset() + in.position(), length, StandardCharsets.UTF_8);
    in.position(in.position() + length);
    return text;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
