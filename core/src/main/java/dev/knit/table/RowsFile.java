package dev.knit.table;

import java.util.List;

/**
 * One {@code rows.arrow}.
 *
 * @param path below the table's directory
 * @param ids where its ids are looked up; null when they are not
 * @param stats what is known of its columns; of some, or none
 */
public record RowsFile(
    String path, long bytes, int crc32c, int rows, IdsFile ids, List<ColumnStats> stats)
    implements StoredFile {
  /** Checks that the path stays below the table's directory and no count is negative. */
  public RowsFile {
    StoredPaths.check(path, bytes, 0, rows);
    stats = List.copyOf(stats);
  }

  /** A file of whose content nothing is known. */
  public RowsFile(String path, long bytes, int crc32c, int rows) {
    this(path, bytes, crc32c, rows, null, List.of());
  }
}
