package dev.knit.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SerializerTestBase;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.java.typeutils.runtime.kryo.KryoSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/** Flink's own tests of a serializer, and what is particular to this one. */
class RowChangeSerializerTest extends SerializerTestBase<RowChange> {
  private static final RowChange[] CHANGES = changes();

  /** Values of all kinds, and what no table takes. */
  private static RowChange[] changes() {
    Map<Object, Object> map = new LinkedHashMap<>();
    map.put("a", List.of(1, 2));
    map.put("b", null);
    float[] vector = {1, -0f, Float.NaN, Float.MIN_VALUE};
    Object[] all = {
      null,
      true,
      (byte) -1,
      (short) -2,
      -3,
      -4L,
      5.5f,
      -6.5,
      "ä\uD83D\uDE00",
      new byte[] {7, 8},
      new BigDecimal("-12345678901234567890123456789.0123456"),
      Arrays.asList("x", null),
      new Object[] {1, new Object[] {"deep"}, null},
      map
    };
    return new RowChange[] {
      RowChange.upsert(1L, vector, all),
      RowChange.upsert("", new float[0]),
      RowChange.upsert(null, null, (Object) null),
      RowChange.upsert(4.5, new float[] {1}, 2),
      RowChange.delete(7),
      RowChange.delete("text"),
      RowChange.delete(null)
    };
  }

  @Override
  protected TypeSerializer<RowChange> createSerializer() {
    return TypeInformation.of(RowChange.class)
        .createSerializer(new ExecutionConfig().getSerializerConfig());
  }

  @Override
  protected int getLength() {
    return -1;
  }

  @Override
  protected Class<RowChange> getTypeClass() {
    return RowChange.class;
  }

  @Override
  protected RowChange[] getTestData() {
    RowChange[] all = Arrays.copyOf(CHANGES, CHANGES.length + 1);
    all[CHANGES.length] = RowChange.delete("long".repeat(20_000));
    return all;
  }

  @Test
  void aValueThatNoColumnHoldsIsTold() {
    RowChange change = RowChange.upsert(1L, new float[2], Instant.EPOCH);
    assertThatThrownBy(() -> createSerializer().serialize(change, new DataOutputSerializer(8)))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "No column has values of class java.time.Instant ('1970-01-01T00:00:00Z'); see dev.knit.table.ColumnType for the classes that there are.");
  }

  @Test
  void withoutMetadataAtAllThereIsNoRow() {
    assertThatThrownBy(() -> RowChange.upsert(5, new float[1], (Object[]) null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("The metadata of row 5 is null");
  }

  @Test
  void damagedBytesAreTold() {
    assertThatThrownBy(
            () -> createSerializer().deserialize(new DataInputDeserializer(new byte[] {9, 0})))
        .hasMessage("9 is no kind of change.");
    assertThatThrownBy(
            () -> createSerializer().deserialize(new DataInputDeserializer(new byte[] {1, 99})))
        .hasMessageContaining("99 is no kind of value");
  }

  /** Where it is a field of what Flink gives to Kryo, Kryo must be able to take it. */
  @Test
  void kryoTakesChangesWithoutRegistration() {
    KryoSerializer<RowChange> kryo =
        new KryoSerializer<>(RowChange.class, new ExecutionConfig().getSerializerConfig());
    for (RowChange change : CHANGES) {
      assertThat(kryo.copy(change)).isEqualTo(change);
    }
  }

  /** What version 1 has left in savepoints must be read for ever; {@link #main} wrote it. */
  @Test
  void changesOfVersion1AreRead() throws Exception {
    byte[] bytes;
    try (InputStream golden = getClass().getResourceAsStream("/golden/row-changes-1.bin")) {
      bytes = golden.readAllBytes();
    }
    DataInputDeserializer in = new DataInputDeserializer(bytes);
    TypeSerializerSnapshot<RowChange> stored =
        TypeSerializerSnapshot.readVersionedSnapshot(in, getClass().getClassLoader());
    TypeSerializer<RowChange> serializer = createSerializer();
    assertThat(
            serializer
                .snapshotConfiguration()
                .resolveSchemaCompatibility(stored)
                .isCompatibleAsIs())
        .isTrue();
    List<RowChange> read = new ArrayList<>();
    while (in.available() > 0) {
      read.add(stored.restoreSerializer().deserialize(in));
    }
    assertThat(read).containsExactly(CHANGES);
    assertThat(golden()).isEqualTo(bytes);
  }

  private static byte[] golden() throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(1 << 10);
    TypeSerializerSnapshot.writeVersionedSnapshot(
        out, RowChangeSerializer.INSTANCE.snapshotConfiguration());
    for (RowChange change : CHANGES) {
      RowChangeSerializer.INSTANCE.serialize(change, out);
    }
    return out.getCopyOfBuffer();
  }

  /** Writes the file into the directory that is given. */
  public static void main(String[] args) throws IOException {
    Files.write(Path.of(args[0], "row-changes-1.bin"), golden());
  }
}
