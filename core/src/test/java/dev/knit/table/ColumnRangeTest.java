package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.io.MemoryFileIO;
import dev.knit.table.ColumnType.Primitive;
import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What statistics tell of columns; they come back from the JSON of a manifest. */
class ColumnRangeTest {
  private final MemoryFileIO io = new MemoryFileIO();

  @Test
  void numbersAreBetweenTheirBounds() throws Exception {
    ColumnRange range = range(Primitive.INT32, 5, -3, 9);
    assertThat(range.mayBe(-3)).isTrue();
    assertThat(range.mayBe(4)).isTrue();
    assertThat(range.mayBe(10)).isFalse();
    assertThat(range.mayBe(-4)).isFalse();
    assertThat(range.mayBeLess(-3)).isFalse();
    assertThat(range.mayBeAtMost(-3)).isTrue();
    assertThat(range.mayBeGreater(9)).isFalse();
    assertThat(range.mayBeAtLeast(9)).isTrue();
    assertThat(range.mayBeNull()).isFalse();
    assertThat(range.mayBeSet()).isTrue();
  }

  @Test
  void nullsAreCounted() throws Exception {
    assertThat(range(Primitive.STRING, "a", null).mayBeNull()).isTrue();
    ColumnRange none = range(Primitive.STRING, null, null);
    assertThat(none.mayBeSet()).isFalse();
    assertThat(none.mayBe("a")).isFalse();
    assertThat(none.mayBeLess("b")).isFalse();
  }

  @Test
  void zerosAreEqualAndNotANumberIsTheGreatest() throws Exception {
    ColumnRange zero = range(Primitive.FLOAT64, 0.0, 0.0);
    assertThat(zero.mayBe(-0.0)).isTrue();
    ColumnRange odd = range(Primitive.FLOAT32, 1f, Float.NaN);
    assertThat(odd.mayBe(Float.NaN)).isTrue();
    assertThat(odd.mayBeGreater(Float.POSITIVE_INFINITY)).isTrue();
    assertThat(odd.mayBe(0.5f)).isFalse();
  }

  @Test
  void longTextsHaveShortBoundsThatHold() throws Exception {
    String face = "\uD83D\uDE00";
    for (String text :
        List.of(
            "b".repeat(100), "b".repeat(31) + face + "tail", "b".repeat(31) + "\uD7FF" + "tail")) {
      ColumnRange range = range(Primitive.STRING, text, text + "x");
      assertThat(range.mayBe(text)).as(text).isTrue();
      assertThat(range.mayBe(text + "x")).isTrue();
      assertThat(range.mayBe("a")).isFalse();
      assertThat(range.mayBeLess("b")).isFalse();
    }
    assertThat(range(Primitive.STRING, "b".repeat(100)).mayBe("c")).isFalse();
    assertThat(range(Primitive.STRING, "\uFFFF", "a").mayBe(face)).isFalse();
    assertThat(range(Primitive.STRING, face, "a").mayBe("\uFFFF")).isTrue();
  }

  @Test
  void decimalsAndBooleansHaveBounds() throws Exception {
    ColumnType money = new ColumnType.Decimal(10, 2);
    ColumnRange range = range(money, new BigDecimal("1.50"), new BigDecimal("20.00"));
    assertThat(range.mayBe(new BigDecimal("1.5"))).isTrue();
    assertThat(range.mayBe(new BigDecimal("20.01"))).isFalse();
    assertThat(range(Primitive.BOOLEAN, false, false).mayBe(true)).isFalse();
  }

  @Test
  void columnsWithoutStatisticsMayBeAnything() throws Exception {
    ColumnRange range = range(Primitive.BINARY, new byte[] {1});
    assertThat(range.mayBe(new byte[] {2})).isTrue();
    assertThat(range.mayBeNull()).isTrue();
  }

  @Test
  void columnThatASegmentDoesNotHaveIsNull() throws Exception {
    Snapshot old = snapshot(Primitive.INT32, 1, 2);
    Snapshot wide =
        old.next(
            old.schema().with(new Column("more", Primitive.INT32, true)),
            Operation.of(Operation.SCHEMA));
    SegmentInfo segment = wide.segments().get(0);
    ColumnRange range = ColumnRange.of(wide, segment, segment.rowsFiles().get(0), 1);
    assertThat(range.mayBeNull()).isTrue();
    assertThat(range.mayBeSet()).isFalse();
    assertThat(range.mayBe(1)).isFalse();
  }

  private ColumnRange range(ColumnType type, Object... values) throws IOException {
    Snapshot snapshot = Snapshot.fromJson(snapshot(type, values).toJson());
    SegmentInfo segment = snapshot.segments().get(0);
    return ColumnRange.of(snapshot, segment, segment.rowsFiles().get(0), 0);
  }

  private Snapshot snapshot(ColumnType type, Object... values) throws IOException {
    TableSchema schema =
        new TableSchema(
            new Column("id", Primitive.INT64, false), "v", 1, List.of(new Column("c", type, true)));
    UUID uuid = UUID.randomUUID();
    IndexParams params = new IndexParams(Metric.L2, 4, 20, 1, 0, Quantization.NONE);
    try (RowsWriter writer = RowsWriter.create(io, "/table", TableLayout.rows(uuid), schema)) {
      for (int row = 0; row < values.length; row++) {
        writer.write((long) row, new float[] {1}, Arrays.copyOfRange(values, row, row + 1));
      }
      SegmentInfo segment = SegmentInfo.flat(uuid, List.of(writer.finish()));
      return Snapshot.first(schema, params, List.of(segment), Operation.of("build"));
    }
  }
}
