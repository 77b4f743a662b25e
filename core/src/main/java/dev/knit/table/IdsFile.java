package dev.knit.table;

/**
 * The ids of a rows file in order, with the row of each, as a file ({@code rows.ids}).
 *
 * @param path below the table's directory
 * @param directoryBytes length of the directory at its end
 * @param directoryCrc32c CRC-32C of the directory, which has those of all that is before it
 */
public record IdsFile(String path, long bytes, int crc32c, int directoryBytes, int directoryCrc32c)
    implements StoredFile {
  /** Checks that the path stays below the table's directory and that the directory fits. */
  public IdsFile {
    StoredPaths.check(path, bytes, 0, directoryBytes);
    if (directoryBytes > bytes) {
      throw new IllegalArgumentException("'%s' is shorter than its directory.".formatted(path));
    }
  }

  /** Where the directory begins. */
  long directoryStart() {
    return bytes - directoryBytes;
  }
}
