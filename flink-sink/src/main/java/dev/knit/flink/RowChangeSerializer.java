package dev.knit.flink;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Changes as bytes: {@value #UPSERT} or {@value #DELETE}, the id as a {@link ValueKind}; of an
 * upsert the vector by its length (&minus;1 for null) and floats, and the values by their count and
 * each. Values that do not fit a table travel, too, so that it is the sink that tells what is
 * wrong.
 */
final class RowChangeSerializer extends TypeSerializer<RowChange> {
  static final RowChangeSerializer INSTANCE = new RowChangeSerializer();
  private static final long serialVersionUID = 1;
  private static final int UPSERT = 0;
  private static final int DELETE = 1;
  private static final int NONE = -1;

  private RowChangeSerializer() {}

  /** What savepoints tell of this serializer: nothing but its name. */
  public static final class Configuration extends SimpleTypeSerializerSnapshot<RowChange> {
    /** Flink makes one when it reads a savepoint. */
    public Configuration() {
      super(() -> INSTANCE);
    }
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }

  @Override
  public TypeSerializer<RowChange> duplicate() {
    return this; // it has no state
  }

  @Override
  public RowChange createInstance() {
    return RowChange.delete(0L);
  }

  @Override
  public RowChange copy(RowChange from) {
    return from;
  }

  @Override
  public RowChange copy(RowChange from, RowChange reuse) {
    return from;
  }

  @Override
  public void copy(DataInputView in, DataOutputView out) throws IOException {
    serialize(deserialize(in), out);
  }

  @Override
  public int getLength() {
    return NONE;
  }

  @Override
  public void serialize(RowChange change, DataOutputView out) throws IOException {
    out.writeByte(change instanceof RowChange.Upsert ? UPSERT : DELETE);
    ValueKind.write(change.id(), out);
    if (change instanceof RowChange.Upsert row) {
      writeVector(row.vector(), out);
      ValueKind.writeAll(row.metadata(), out);
    }
  }

  @Override
  public RowChange deserialize(DataInputView in) throws IOException {
    int kind = in.readByte();
    Object id = ValueKind.read(in);
    return switch (kind) {
      case UPSERT -> RowChange.upsert(id, readVector(in), ValueKind.readAll(in));
      case DELETE -> RowChange.delete(id);
      default -> throw new IOException("%d is no kind of change.".formatted(kind));
    };
  }

  @Override
  public RowChange deserialize(RowChange reuse, DataInputView in) throws IOException {
    return deserialize(in);
  }

  private static void writeVector(float[] vector, DataOutputView out) throws IOException {
    out.writeInt(vector == null ? NONE : vector.length);
    if (vector != null) {
      for (float value : vector) {
        out.writeFloat(value);
      }
    }
  }

  private static float[] readVector(DataInputView in) throws IOException {
    int length = in.readInt();
    float[] vector = length == NONE ? null : new float[length];
    for (int i = 0; i < length; i++) {
      vector[i] = in.readFloat();
    }
    return vector;
  }

  @Override
  public TypeSerializerSnapshot<RowChange> snapshotConfiguration() {
    return new Configuration();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RowChangeSerializer;
  }

  @Override
  public int hashCode() {
    return RowChangeSerializer.class.hashCode();
  }
}
