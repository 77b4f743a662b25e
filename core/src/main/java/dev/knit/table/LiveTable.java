package dev.knit.table;

import dev.knit.hnsw.HnswGraph;
import dev.knit.io.FileIO;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/**
 * The index table that a live index was last read from or saved to.
 *
 * @param snapshot its version then
 */
record LiveTable(String path, Snapshot snapshot) {
  private static final Object[] NO_METADATA = {};

  /** What is saved: rows without any dead, and a finished graph. */
  record Content(TableSchema schema, IndexParams params, LiveView view, HnswGraph graph) {}

  /**
   * Writes a segment and commits it as the only one of a new version.
   *
   * @param before where the index was last read from or saved to; null for nowhere
   * @throws IllegalArgumentException when another table is in that directory
   * @throws CommitConflictException when somebody has committed to the table since
   */
  static LiveTable save(FileIO io, String path, LiveTable before, Content content)
      throws IOException {
    boolean known = before != null && before.path.equals(path);
    if (!known && new IndexTable(io, path).exists()) {
      throw new IllegalArgumentException(
          "'%s' is another index table already; save to a new directory.".formatted(path));
    }
    UUID uuid = UUID.randomUUID();
    try {
      List<SegmentInfo> segments = List.of(write(io, path, uuid, content));
      Operation operation = Operation.of(known ? Operation.COMPACT : Operation.BUILD);
      Snapshot snapshot =
          known
              ? before.snapshot.next(content.schema, content.params, segments, operation)
              : Snapshot.first(content.schema, content.params, segments, operation);
      TableCommit.create(io, path, snapshot);
      return new LiveTable(path, snapshot);
    } catch (CommitConflictException e) {
      io.deleteDirectory(TableLayout.resolve(path, TableLayout.segmentFile(uuid, "")));
      throw e;
    }
  }

  /**
   * Reads the only segment of a table's newest version; null when it has none.
   *
   * @throws IllegalArgumentException when there are more
   */
  Segment open(FileIO io) throws IOException {
    List<SegmentInfo> segments = snapshot.segments();
    if (segments.size() > 1) {
      throw new IllegalArgumentException(
          "'%s' has %d segments, but a live index is loaded from one; merge them first."
              .formatted(path, segments.size()));
    }
    return segments.isEmpty() ? null : Segment.open(io, path, snapshot, segments.get(0));
  }

  private static SegmentInfo write(FileIO io, String path, UUID uuid, Content content)
      throws IOException {
    RowsFile rows = writeRows(io, path, TableLayout.rows(uuid), content);
    GraphOrigin origin = new GraphOrigin(uuid, content.params, content.schema.dimension());
    SegmentGraph graph =
        new SegmentGraph(content.graph, content.view.rowCount(), rowNodes(content.view));
    GraphPart part = GraphFile.write(io, path, TableLayout.graph(uuid), origin, graph);
    return SegmentInfo.of(uuid, List.of(rows), List.of(part));
  }

  private static RowsFile writeRows(FileIO io, String path, String file, Content content)
      throws IOException {
    LiveView view = content.view;
    try (RowsWriter writer = RowsWriter.create(io, path, file, content.schema)) {
      for (int row = 0; row < view.rowCount(); row++) {
        float[] vector = view.vectors().vector(view.rows().node(row));
        writer.write(view.rows().id(row), vector, NO_METADATA);
      }
      return writer.finish();
    }
  }

  /** The node of each row; null when row i is node i. */
  private static int[] rowNodes(LiveView view) {
    int[] nodes = new int[view.rowCount()];
    boolean same = nodes.length == view.graph().size();
    for (int row = 0; row < nodes.length; row++) {
      nodes[row] = view.rows().node(row);
      same &= nodes[row] == row;
    }
    return same ? null : nodes;
  }
}
