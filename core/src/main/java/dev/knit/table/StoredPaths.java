package dev.knit.table;

/** What paths of data files may be. */
final class StoredPaths {
  private StoredPaths() {}

  /** Refuses paths that lead out of the table's directory, and negative counts. */
  static void check(String path, long bytes, int first, int count) {
    boolean outside =
        path.isEmpty()
            || path.startsWith("/")
            || path.contains(":")
            || path.contains("\\")
            || ("/" + path + "/").contains("/../");
    if (outside) {
      throw new IllegalArgumentException(
          "'%s' is no path below a table's directory.".formatted(path));
    }
    if (bytes < 0 || first < 0 || count < 0) {
      throw new IllegalArgumentException("'%s' has a negative count.".formatted(path));
    }
  }
}
