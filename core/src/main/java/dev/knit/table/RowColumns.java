package dev.knit.table;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which columns of rows to read; the id always is. What is not read is null.
 *
 * @param vector whether the vector is read
 * @param metadata the metadata columns that are read, by their numbers in the table's schema
 */
public record RowColumns(boolean vector, Set<Integer> metadata) {
  /** Copies the numbers. */
  public RowColumns {
    metadata = Set.copyOf(metadata);
  }

  /** All columns of a table. */
  public static RowColumns all(TableSchema schema) {
    return new RowColumns(
        true, IntStream.range(0, schema.metadata().size()).boxed().collect(Collectors.toSet()));
  }

  /** What to read of a file, whose columns have other places than the table's. */
  RowsScan.Columns in(int[] places) {
    boolean[] read = new boolean[1 + IntStream.of(places).max().orElse(-1) + 1];
    read[0] = true;
    metadata.stream().filter(i -> places[i] >= 0).forEach(i -> read[places[i] + 1] = true);
    return RowsScan.Columns.of(vector, column -> column < read.length && read[column]);
  }
}
