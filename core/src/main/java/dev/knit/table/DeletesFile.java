package dev.knit.table;

/**
 * The deleted rows of a segment at some version, as a file.
 *
 * @param path below the table's directory
 * @param rows how many are deleted
 */
public record DeletesFile(String path, long bytes, int crc32c, int rows) implements StoredFile {
  /** Checks that the path stays below the table's directory and no count is negative. */
  public DeletesFile {
    StoredPaths.check(path, bytes, 0, rows);
  }
}
