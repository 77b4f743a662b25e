package dev.knit.table;

/** A file that tasks of a build leave for others, and that no version refers to. */
public record TaskFile(String path, long bytes, int crc32c) implements StoredFile {
  /** Checks that the path stays below the table's directory. */
  public TaskFile {
    StoredPaths.check(path, bytes, 0, 0);
  }
}
