package dev.knit.flink;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * Values of all column types (see {@link dev.knit.table.ColumnType}) as bytes: the ordinal of their
 * kind, then what it says. Savepoints hold them: kinds stay as they are, new ones come last.
 */
enum ValueKind {
  NULL(Void.class, (value, out) -> {}, in -> null),
  BOOLEAN(
      Boolean.class, (value, out) -> out.writeBoolean((Boolean) value), DataInputView::readBoolean),
  INT8(Byte.class, (value, out) -> out.writeByte((Byte) value), DataInputView::readByte),
  INT16(Short.class, (value, out) -> out.writeShort((Short) value), DataInputView::readShort),
  INT32(Integer.class, (value, out) -> out.writeInt((Integer) value), DataInputView::readInt),
  INT64(Long.class, (value, out) -> out.writeLong((Long) value), DataInputView::readLong),
  FLOAT32(Float.class, (value, out) -> out.writeFloat((Float) value), DataInputView::readFloat),
  FLOAT64(Double.class, (value, out) -> out.writeDouble((Double) value), DataInputView::readDouble),
  STRING(
      String.class,
      (value, out) -> StringValue.writeString((String) value, out),
      StringValue::readString),
  BINARY(byte[].class, (value, out) -> writeBytes((byte[]) value, out), ValueKind::readBytes),
  DECIMAL(BigDecimal.class, ValueKind::writeDecimal, ValueKind::readDecimal),
  LIST(
      List.class,
      (value, out) -> writeAll(((List<?>) value).toArray(), out),
      in -> Arrays.asList(readAll(in))),
  STRUCT(Object[].class, (value, out) -> writeAll((Object[]) value, out), ValueKind::readAll),
  MAP(Map.class, ValueKind::writeMap, ValueKind::readMap);

  private static final ValueKind[] KINDS = values();
  private final Class<?> type;
  private final Writer writer;
  private final Reader reader;

  @FunctionalInterface
  private interface Writer {
    void write(Object value, DataOutputView out) throws IOException;
  }

  @FunctionalInterface
  private interface Reader {
    Object read(DataInputView in) throws IOException;
  }

  ValueKind(Class<?> type, Writer writer, Reader reader) {
    this.type = type;
    this.writer = writer;
    this.reader = reader;
  }

  /**
   * Writes a value, which may be null.
   *
   * @throws IOException also when no column has values of its class
   */
  static void write(Object value, DataOutputView out) throws IOException {
    ValueKind kind = of(value);
    out.writeByte(kind.ordinal());
    kind.writer.write(value, out);
  }

  private static ValueKind of(Object value) throws IOException {
    if (value == null) {
      return NULL;
    }
    for (ValueKind kind : KINDS) {
      if (kind.type.isInstance(value)) {
        return kind;
      }
    }
    throw new IOException(
        "No column has values of %s ('%s'); see dev.knit.table.ColumnType for the classes that there are."
            .formatted(value.getClass(), value));
  }

  /** Reads what {@link #write} wrote. */
  static Object read(DataInputView in) throws IOException {
    int kind = in.readByte();
    if (kind < 0 || kind >= KINDS.length) {
      throw new IOException(
          "%d is no kind of value: the state is damaged, or of a newer Knit.".formatted(kind));
    }
    return KINDS[kind].reader.read(in);
  }

  private static void writeBytes(byte[] bytes, DataOutputView out) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] readBytes(DataInputView in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return bytes;
  }

  private static void writeDecimal(Object value, DataOutputView out) throws IOException {
    BigDecimal decimal = (BigDecimal) value;
    out.writeInt(decimal.scale());
    writeBytes(decimal.unscaledValue().toByteArray(), out);
  }

  private static BigDecimal readDecimal(DataInputView in) throws IOException {
    int scale = in.readInt();
    return new BigDecimal(new BigInteger(readBytes(in)), scale);
  }

  static void writeAll(Object[] values, DataOutputView out) throws IOException {
    out.writeInt(values.length);
    for (Object value : values) {
      write(value, out);
    }
  }

  static Object[] readAll(DataInputView in) throws IOException {
    Object[] values = new Object[in.readInt()];
    for (int i = 0; i < values.length; i++) {
      values[i] = read(in);
    }
    return values;
  }

  private static void writeMap(Object value, DataOutputView out) throws IOException {
    Map<?, ?> map = (Map<?, ?>) value;
    List<Object> both = new ArrayList<>();
    map.forEach(
        (key, of) -> {
          both.add(key);
          both.add(of);
        });
    writeAll(both.toArray(), out);
  }

  private static Map<Object, Object> readMap(DataInputView in) throws IOException {
    Object[] both = readAll(in);
    Map<Object, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < both.length; i += 2) {
      map.put(both[i], both[i + 1]);
    }
    return map;
  }
}
