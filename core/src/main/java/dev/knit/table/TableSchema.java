package dev.knit.table;

import dev.knit.table.ColumnType.Primitive;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The columns of an index table: id and vector, which are never null, then metadata.
 *
 * @param id an int32, int64 or string; values are unique among live rows
 * @param vector name of the vector column
 * @param dimension floats in a vector
 * @param columns for each metadata column a number that stays when it is renamed and is never given
 *     to another
 * @param lastColumn the highest number that was ever given
 */
public record TableSchema(
    Column id,
    String vector,
    int dimension,
    List<Column> metadata,
    List<Integer> columns,
    int lastColumn) {
  private static final Set<ColumnType> ID_TYPES =
      Set.of(Primitive.INT32, Primitive.INT64, Primitive.STRING);

  /** Checks the type of the id, the dimension, and that names differ. */
  public TableSchema {
    metadata = List.copyOf(metadata);
    columns = List.copyOf(columns);
    if (!ID_TYPES.contains(id.type())) {
      throw new IllegalArgumentException(
          "Id column '%s' is a %s, but an id is an int32, int64 or string."
              .formatted(id.name(), id.type()));
    }
    if (id.nullable()) {
      throw new IllegalArgumentException(
          "Id column '%s' must not be nullable.".formatted(id.name()));
    }
    if (dimension < 1) {
      throw new IllegalArgumentException("Dimension must be at least 1, not " + dimension + ".");
    }
    Set<String> names = new HashSet<>(Set.of(id.name()));
    requireNew(names, vector);
    metadata.forEach(column -> requireNew(names, column.name()));
    boolean numbered =
        columns.size() == metadata.size()
            && new HashSet<>(columns).size() == columns.size()
            && columns.stream().allMatch(column -> column > 0 && column <= lastColumn);
    if (!numbered) {
      throw new IllegalArgumentException(
          "Column numbers %s do not fit %d metadata columns up to number %d."
              .formatted(columns, metadata.size(), lastColumn));
    }
  }

  /** The schema of a new table, its metadata columns numbered from 1. */
  public TableSchema(Column id, String vector, int dimension, List<Column> metadata) {
    this(
        id,
        vector,
        dimension,
        metadata,
        IntStream.rangeClosed(1, metadata.size()).boxed().toList(),
        metadata.size());
  }

  /**
   * With one more metadata column, null in the rows there are.
   *
   * @throws IllegalArgumentException when there is one of that name, or it may not be null
   */
  TableSchema with(Column column) {
    if (!column.nullable()) {
      throw new IllegalArgumentException(
          "Column '%s' must be nullable: the rows there are have no value for it."
              .formatted(column.name()));
    }
    List<Column> more = new ArrayList<>(metadata);
    List<Integer> numbers = new ArrayList<>(columns);
    more.add(column);
    numbers.add(lastColumn + 1);
    return new TableSchema(id, vector, dimension, more, numbers, lastColumn + 1);
  }

  /** Without the metadata column of that name. */
  TableSchema without(String name) {
    int at = metadata(name);
    List<Column> less = new ArrayList<>(metadata);
    List<Integer> numbers = new ArrayList<>(columns);
    less.remove(at);
    numbers.remove(at);
    return new TableSchema(id, vector, dimension, less, numbers, lastColumn);
  }

  /** With another name for a metadata column. */
  TableSchema renamed(String name, String newName) {
    int at = metadata(name);
    List<Column> renamed = new ArrayList<>(metadata);
    Column column = metadata.get(at);
    renamed.set(at, new Column(newName, column.type(), column.nullable()));
    return new TableSchema(id, vector, dimension, renamed, columns, lastColumn);
  }

  /** For each metadata column its place among those of {@code written}, or −1. */
  int[] placesIn(TableSchema written) {
    return columns.stream().mapToInt(written.columns::indexOf).toArray();
  }

  private int metadata(String name) {
    for (int i = 0; i < metadata.size(); i++) {
      if (metadata.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException(
        "There is no metadata column '%s'; there are %s."
            .formatted(name, metadata.stream().map(Column::name).toList()));
  }

  private static void requireNew(Set<String> names, String name) {
    if (name == null || name.isEmpty()) {
      throw new IllegalArgumentException("The vector column needs a name.");
    }
    if (!names.add(name)) {
      throw new IllegalArgumentException("There are two columns '%s'.".formatted(name));
    }
  }
}
