package dev.knit.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * A segment as a manifest describes it: rows {@code 0 … rows − 1}, numbered on from file to file,
 * and one graph over the nodes {@code 0 … nodes − 1}, or none: then it is searched row by row, and
 * row i is node i.
 *
 * @param schema the columns that its rows files have, when they are others than the table's; null
 *     for the table's
 * @param deletes rows that are deleted; null for none
 * @param origins in the version that compacted it, what it was made of; else empty
 */
public record SegmentInfo(
    UUID uuid,
    int rows,
    int nodes,
    List<RowsFile> rowsFiles,
    List<GraphPart> graphFiles,
    TableSchema schema,
    DeletesFile deletes,
    List<SegmentOrigin> origins) {
  /** Checks that the files make up the rows and the nodes. */
  public SegmentInfo {
    rowsFiles = List.copyOf(rowsFiles);
    graphFiles = List.copyOf(graphFiles);
    origins = List.copyOf(origins);
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
    boolean complete = graphFiles.isEmpty() ? nodes == rows : next == nodes && nodes <= rows;
    if (!complete) {
      throw new IllegalArgumentException(
          "Segment %s has %d nodes and %d rows, but its graph files have %d nodes."
              .formatted(uuid, nodes, rows, next));
    }
  }

  /** A segment of these files; it counts their rows and nodes. */
  public static SegmentInfo of(UUID uuid, List<RowsFile> rowsFiles, List<GraphPart> graphFiles) {
    int rows = rowsFiles.stream().mapToInt(RowsFile::rows).reduce(0, Math::addExact);
    int nodes = graphFiles.stream().mapToInt(GraphPart::nodes).reduce(0, Math::addExact);
    return new SegmentInfo(uuid, rows, nodes, rowsFiles, graphFiles, null, null, List.of());
  }

  /** A segment without a graph. */
  public static SegmentInfo flat(UUID uuid, List<RowsFile> rowsFiles) {
    int rows = rowsFiles.stream().mapToInt(RowsFile::rows).reduce(0, Math::addExact);
    return new SegmentInfo(uuid, rows, rows, rowsFiles, List.of(), null, null, List.of());
  }

  /** Whether it has rows, but no graph over them. */
  public boolean isFlat() {
    return graphFiles.isEmpty() && rows > 0;
  }

  /** Rows that are not deleted. */
  public int liveRows() {
    return rows - (deletes == null ? 0 : deletes.rows());
  }

  /** The same with these rows deleted, or null for none. */
  SegmentInfo with(DeletesFile newDeletes) {
    return new SegmentInfo(uuid, rows, nodes, rowsFiles, graphFiles, schema, newDeletes, origins);
  }

  /** The same made of these. */
  SegmentInfo with(List<SegmentOrigin> newOrigins) {
    return new SegmentInfo(uuid, rows, nodes, rowsFiles, graphFiles, schema, deletes, newOrigins);
  }

  /** The same in a table whose columns were {@code written} when this was written. */
  SegmentInfo writtenAs(TableSchema written) {
    return schema != null
        ? this
        : new SegmentInfo(uuid, rows, nodes, rowsFiles, graphFiles, written, deletes, origins);
  }

  /** All files, with that of its deleted rows. */
  public List<StoredFile> files() {
    List<StoredFile> files = new ArrayList<>(rowsFiles);
    rowsFiles.stream().map(RowsFile::ids).filter(Objects::nonNull).forEach(files::add);
    files.addAll(graphFiles);
    if (deletes != null) {
      files.add(deletes);
    }
    return files;
  }

  /** Bytes of all files. */
  public long bytes() {
    return files().stream().mapToLong(StoredFile::bytes).sum();
  }
}
