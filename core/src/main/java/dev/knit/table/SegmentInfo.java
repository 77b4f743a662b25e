package dev.knit.table;

import java.util.List;
import java.util.UUID;

/**
 * A segment as a manifest describes it: rows {@code 0 … rows − 1}, numbered on from file to file,
 * and one graph over the nodes {@code 0 … nodes − 1}.
 */
public record SegmentInfo(
    UUID uuid, int rows, int nodes, List<RowsFile> rowsFiles, List<GraphPart> graphFiles) {
  /** Checks that the files make up the rows and the nodes. */
  public SegmentInfo {
    rowsFiles = List.copyOf(rowsFiles);
    graphFiles = List.copyOf(graphFiles);
    long sum = rowsFiles.stream().mapToLong(RowsFile::rows).sum();
    if (sum != rows) {
      throw new IllegalArgumentException(
          "Segment %s has %d rows, but its files have %d.".formatted(uuid, rows, sum));
    }
    long next = 0;
    for (GraphPart part : graphFiles) {
      if (part.firstNode() != next) {
        throw new IllegalArgumentException(
            "'%s' begins at node %d, not %d.".formatted(part.path(), part.firstNode(), next));
      }
      next += part.nodes();
    }
    if (next != nodes || nodes > rows) {
      throw new IllegalArgumentException(
          "Segment %s has %d nodes and %d rows, but its graph files have %d nodes."
              .formatted(uuid, nodes, rows, next));
    }
  }

  /** A segment of these files; it counts their rows and nodes. */
  public static SegmentInfo of(UUID uuid, List<RowsFile> rowsFiles, List<GraphPart> graphFiles) {
    int rows = rowsFiles.stream().mapToInt(RowsFile::rows).reduce(0, Math::addExact);
    int nodes = graphFiles.stream().mapToInt(GraphPart::nodes).reduce(0, Math::addExact);
    return new SegmentInfo(uuid, rows, nodes, rowsFiles, graphFiles);
  }

  /** Bytes of all files. */
  public long bytes() {
    return rowsFiles.stream().mapToLong(RowsFile::bytes).sum()
        + graphFiles.stream().mapToLong(GraphPart::bytes).sum();
  }
}
