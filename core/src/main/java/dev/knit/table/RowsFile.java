package dev.knit.table;

/**
 * One {@code rows.arrow}.
 *
 * @param path below the table's directory
 */
public record RowsFile(String path, long bytes, int crc32c, int rows) implements StoredFile {
  /** Checks that the path stays below the table's directory and no count is negative. */
  public RowsFile {
    StoredPaths.check(path, bytes, 0, rows);
  }
}
