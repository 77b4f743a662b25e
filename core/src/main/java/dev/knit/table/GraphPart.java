package dev.knit.table;

/**
 * One {@code graph.knit}, with the lists of the nodes {@code firstNode … firstNode + nodes − 1}.
 *
 * @param path below the table's directory
 */
public record GraphPart(String path, long bytes, int crc32c, int firstNode, int nodes)
    implements StoredFile {
  /** Checks that the path stays below the table's directory and no count is negative. */
  public GraphPart {
    StoredPaths.check(path, bytes, firstNode, nodes);
  }
}
