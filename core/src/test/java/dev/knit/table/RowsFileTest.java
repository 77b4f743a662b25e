package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.io.FileIO;
import dev.knit.io.HadoopFileIO;
import dev.knit.table.ColumnType.Decimal;
import dev.knit.table.ColumnType.ListOf;
import dev.knit.table.ColumnType.MapOf;
import dev.knit.table.ColumnType.Primitive;
import dev.knit.table.ColumnType.Struct;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowsFileTest {
  static final Column ID = new Column("id", Primitive.INT64, false);
  static final List<Column> ALL_TYPES =
      List.of(
          new Column("boolean", Primitive.BOOLEAN, true),
          new Column("int8", Primitive.INT8, true),
          new Column("int16", Primitive.INT16, true),
          new Column("int32", Primitive.INT32, true),
          new Column("int64", Primitive.INT64, true),
          new Column("float32", Primitive.FLOAT32, true),
          new Column("float64", Primitive.FLOAT64, true),
          new Column("decimal", new Decimal(20, 3), true),
          new Column("string", Primitive.STRING, true),
          new Column("binary", Primitive.BINARY, true),
          new Column("date", Primitive.DATE, true),
          new Column("timestamp", Primitive.TIMESTAMP, true),
          new Column("timestamp_ntz", Primitive.TIMESTAMP_NTZ, true),
          new Column("list", new ListOf(Primitive.STRING, true), true),
          new Column(
              "struct",
              new Struct(
                  List.of(
                      new Column("a", Primitive.INT32, false),
                      new Column("b", new ListOf(new ListOf(Primitive.INT64, false), true), true))),
              true),
          new Column("map", new MapOf(Primitive.STRING, Primitive.FLOAT64, true), true));

  @TempDir Path directory;
  private final FileIO io = new HadoopFileIO(new Configuration());

  @AfterEach
  void noMemoryLeaks() {
    assertThat(ArrowMemory.used()).isZero();
  }

  static Object[] values(int row) {
    Map<Object, Object> map = new LinkedHashMap<>();
    map.put("x" + row, 0.5 * row);
    map.put("none", null);
    return new Object[] {
      row % 2 == 0,
      (byte) -row,
      (short) (1000 - row),
      row - 5,
      Long.MIN_VALUE + row,
      row / 3f,
      -row / 7.0,
      new BigDecimal("12345678901234567.123").negate().add(new BigDecimal(row)),
      "grüß " + row,
      new byte[] {1, (byte) row},
      -row,
      1_700_000_000_000_000L + row,
      -1_700_000_000_000_000L - row,
      Arrays.asList("p", null, "q" + row),
      new Object[] {row, Arrays.asList(List.of(1L, (long) row), null, List.of())},
      map
    };
  }

  @Test
  void allTypesReadBackAsWritten() throws Exception {
    TableSchema schema = new TableSchema(ID, "v", 2, ALL_TYPES);
    List<Object[]> written = new ArrayList<>();
    for (int row = 0; row < 40; row++) {
      Object[] values = values(row);
      values[row % values.length] = null;
      written.add(row == 20 ? new Object[values.length] : values);
    }
    RowsFile file;
    try (RowsWriter writer = RowsWriter.create(io, base(), "rows.arrow", schema)) {
      for (int row = 0; row < written.size(); row++) {
        writer.write((long) row, new float[] {row, -row}, written.get(row));
      }
      file = writer.finish();
    }
    List<Object[]> read = new ArrayList<>();
    try (RowsIterator rows = new RowsIterator(io, base(), file, schema)) {
      while (rows.hasNext()) {
        RowsIterator.Row row = rows.next();
        assertThat(row.number()).isEqualTo(read.size());
        assertThat(row.id()).isEqualTo((long) row.number());
        assertThat(row.vector()).containsExactly(row.number(), -row.number());
        read.add(row.metadata());
      }
      assertThatThrownBy(rows::next).isInstanceOf(NoSuchElementException.class);
    }
    assertThat(read).hasSize(40);
    for (int row = 0; row < read.size(); row++) {
      assertThat(Arrays.deepEquals(plain(read.get(row)), plain(written.get(row))))
          .as("row %d", row)
          .isTrue();
    }
  }

  @Test
  void columnsThatAreNotAskedForAreNull() throws Exception {
    TableSchema schema = new TableSchema(ID, "v", 2, ALL_TYPES);
    Object[] values = values(4);
    RowsFile file;
    try (RowsWriter writer = RowsWriter.create(io, base(), "some.arrow", schema)) {
      writer.write(7L, new float[] {1, 2}, values);
      file = writer.finish();
    }
    int[] places = IntStream.range(0, values.length).toArray();
    for (int column = 0; column < values.length; column++) {
      RowColumns some = new RowColumns(column % 2 == 0, Set.of(column));
      try (RowsIterator rows = new RowsIterator(io, base(), file, schema, some.in(places))) {
        RowsIterator.Row row = rows.next();
        Object[] expected = new Object[values.length];
        expected[column] = values[column];
        assertThat(row.id()).isEqualTo(7L);
        assertThat(row.vector()).isEqualTo(column % 2 == 0 ? new float[] {1, 2} : null);
        assertThat(Arrays.deepEquals(plain(row.metadata()), plain(expected))).isTrue();
      }
    }
  }

  /** Arrays and lists alike as arrays, so that they can be compared to any depth. */
  private static Object[] plain(Object[] values) {
    return Arrays.stream(values).map(RowsFileTest::plain).toArray();
  }

  private static Object plain(Object value) {
    return value instanceof Object[] array ? plain(array) : value;
  }

  @Test
  void idsMayBeWholeNumbersOrText() throws Exception {
    idsReadBack(Primitive.INT32, 1, Integer.MIN_VALUE, 7);
    idsReadBack(Primitive.INT64, 1L, Long.MAX_VALUE, -7L);
    idsReadBack(Primitive.STRING, "a", "", "grüß");
  }

  private void idsReadBack(Primitive type, Object... ids) throws Exception {
    TableSchema schema = new TableSchema(new Column("key", type, false), "v", 1, List.of());
    RowsFile file;
    try (RowsWriter writer = RowsWriter.create(io, base(), type.id(), schema)) {
      for (Object id : ids) {
        writer.write(id, new float[] {1}, new Object[0]);
      }
      file = writer.finish();
    }
    assertThat(RowsReader.ids(io, base(), file, schema)).containsExactly(ids);
  }

  @Test
  void manyRowsAreReadInOrder() throws Exception {
    TableSchema schema = new TableSchema(ID, "v", 3, List.of());
    RowsFile file;
    try (RowsWriter writer = RowsWriter.create(io, base(), "rows.arrow", schema)) {
      for (int row = 0; row < 20_000; row++) {
        writer.write((long) row, new float[] {row, row + 0.5f, -row}, new Object[0]);
      }
      file = writer.finish();
    }
    assertThat(file.rows()).isEqualTo(20_000);
    assertThat(file.bytes()).isEqualTo(io.length(base() + "/rows.arrow"));
    int[] next = {0};
    RowsReader.vectors(
        io,
        base(),
        file,
        schema,
        (row, vector) -> {
          assertThat(row).isEqualTo(next[0]++);
          assertThat(vector).containsExactly(row, row + 0.5f, -row);
        });
    assertThat(next[0]).isEqualTo(20_000);
  }

  @Test
  void largeValuesEndABatchEarly() throws Exception {
    TableSchema schema =
        new TableSchema(ID, "v", 1, List.of(new Column("b", Primitive.BINARY, false)));
    RowsFile file;
    try (RowsWriter writer = RowsWriter.create(io, base(), "rows.arrow", schema)) {
      for (int row = 0; row < 9; row++) {
        writer.write((long) row, new float[] {row}, new Object[] {new byte[10 << 20]});
      }
      file = writer.finish();
    }
    int batches = 0;
    try (var allocator = ArrowMemory.child("test");
        RowsScan scan =
            new RowsScan(io, base(), file, schema, RowsScan.Columns.VECTORS, allocator)) {
      while (scan.next()) {
        batches++;
      }
    }
    assertThat(batches).isEqualTo(3);
  }

  @Test
  void fileWithoutRowsIsRead() throws Exception {
    TableSchema schema = new TableSchema(ID, "v", 2, ALL_TYPES);
    RowsFile file;
    try (RowsWriter writer = RowsWriter.create(io, base(), "rows.arrow", schema)) {
      file = writer.finish();
    }
    assertThat(RowsReader.ids(io, base(), file, schema)).isEmpty();
  }

  @Test
  void valueThatDoesNotFitIsNamed() throws Exception {
    refused(Primitive.INT32, false, null, "null where a int32 must be");
    refused(Primitive.INT32, true, "text", "String");
    refused(new ListOf(Primitive.INT32, false), true, Arrays.asList(1, null), "null where");
    refused(new Decimal(5, 1), true, new BigDecimal("1.25"), "Rounding");
    refused(new Decimal(3, 1), true, new BigDecimal("1234.5"), "precision");
  }

  private void refused(ColumnType type, boolean nullable, Object value, String reason)
      throws Exception {
    TableSchema schema = new TableSchema(ID, "v", 1, List.of(new Column("c", type, nullable)));
    io.deleteDirectory(base());
    try (RowsWriter writer = RowsWriter.create(io, base(), "rows.arrow", schema)) {
      assertThatThrownBy(() -> writer.write(1L, new float[1], new Object[] {value}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Row 0 does not fit column 'c' of type %s: ".formatted(type))
          .hasMessageContaining(reason);
    }
  }

  @Test
  void vectorOfAnotherDimensionIsRefused() throws Exception {
    TableSchema schema = new TableSchema(ID, "v", 2, List.of());
    try (RowsWriter writer = RowsWriter.create(io, base(), "rows.arrow", schema)) {
      assertThatThrownBy(() -> writer.write(1L, new float[3], new Object[0]))
          .hasMessage("Row 0 has dimension 3 and 0 metadata values, but 2 and 0 were expected.");
    }
  }

  private String base() {
    return directory.resolve("table").toString();
  }
}
