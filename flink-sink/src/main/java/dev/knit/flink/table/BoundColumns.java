package dev.knit.flink.table;

import dev.knit.table.Column;
import dev.knit.table.ColumnRange;
import dev.knit.table.RowColumns;
import dev.knit.table.RowFilter;
import dev.knit.table.RowsFile;
import dev.knit.table.RowsIterator;
import dev.knit.table.Segment;
import dev.knit.table.SegmentInfo;
import dev.knit.table.Snapshot;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;

/** A {@link RowShape} of one version of a table. Immutable and safe for use by many threads. */
final class BoundColumns {
  private final RowShape shape;
  private final Snapshot snapshot;
  private final int[] numbers;

  /**
   * Finds the columns in a version.
   *
   * @throws org.apache.flink.table.api.ValidationException when it has others
   */
  BoundColumns(String table, RowShape shape, Snapshot snapshot) {
    this.shape = shape;
    this.snapshot = snapshot;
    this.numbers = shape.columns().numbers(table, snapshot.schema());
  }

  /** What must be read of a file. */
  RowColumns read() {
    Set<Integer> places = new TreeSet<>(shape.projected());
    if (shape.condition() != null) {
      shape.condition().columns(places::add);
    }
    Set<Integer> read = new TreeSet<>();
    places.forEach(place -> read.add(numbers[place]));
    boolean vector = read.contains(TableColumns.VECTOR);
    read.removeIf(number -> number < 0);
    return new RowColumns(vector, read);
  }

  /** Whether a file may have rows that meet the condition. */
  boolean mayMatch(SegmentInfo segment, RowsFile file) {
    return shape.condition() == null
        || shape
            .condition()
            .mayBeTrue(place -> ColumnRange.of(snapshot, segment, file, numbers[place]));
  }

  /** Whether a segment may have rows that meet the condition. */
  boolean mayMatch(SegmentInfo segment) {
    return segment.rowsFiles().stream().anyMatch(file -> mayMatch(segment, file));
  }

  /** Whether a row of a file meets the condition. */
  boolean matches(RowsIterator.Row row) {
    return shape.condition() == null || shape.condition().meets(place -> stored(row, place));
  }

  private Object stored(RowsIterator.Row row, int place) {
    return numbers[place] == TableColumns.ID ? row.id() : row.metadata()[numbers[place]];
  }

  /** The rows of open segments that meet the condition; null when all do. */
  RowFilter filter(List<Segment> segments) {
    if (shape.condition() == null) {
      return null;
    }
    long[][] words = segments.stream().map(s -> matching(s).toLongArray()).toArray(long[][]::new);
    return RowFilter.of(segments, words);
  }

  private BitSet matching(Segment segment) {
    BitSet rows = new BitSet(segment.rows());
    for (int row = 0; row < segment.rows(); row++) {
      int at = row;
      rows.set(
          row, segment.isLive(row) && shape.condition().meets(place -> stored(segment, at, place)));
    }
    return rows;
  }

  private Object stored(Segment segment, int row, int place) {
    return numbers[place] == TableColumns.ID ? segment.id(row) : segment.value(row, numbers[place]);
  }

  /** A row of a file as Flink has it. */
  GenericRowData row(RowsIterator.Row row, UUID segment) {
    return row(
        segment,
        shape.arity(),
        place ->
            numbers[place] == TableColumns.VECTOR
                ? new GenericArrayData(row.vector())
                : FlinkValues.toFlink(stored(row, place), column(place).type()));
  }

  /** Gives vectors of single rows. */
  interface Vectors {
    float[] vector(int row);
  }

  /** A row of an open segment as Flink has it, with room for {@code more} fields at its end. */
  GenericRowData row(Segment segment, int row, Vectors vectors, int more) {
    return row(
        segment.uuid(),
        shape.arity() + more,
        place ->
            numbers[place] == TableColumns.VECTOR
                ? new GenericArrayData(vectors.vector(row))
                : FlinkValues.toFlink(stored(segment, row, place), column(place).type()));
  }

  private interface Fields {
    Object field(int place);
  }

  private GenericRowData row(UUID segment, int arity, Fields fields) {
    GenericRowData made = new GenericRowData(arity);
    int at = 0;
    for (int place : shape.projected()) {
      made.setField(at++, fields.field(place));
    }
    for (RowMetadata metadata : shape.metadata()) {
      made.setField(at++, metadata.value(snapshot.version(), segment));
    }
    return made;
  }

  private Column column(int place) {
    return numbers[place] == TableColumns.ID
        ? snapshot.schema().id()
        : snapshot.schema().metadata().get(numbers[place]);
  }
}
