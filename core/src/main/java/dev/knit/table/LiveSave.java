package dev.knit.table;

import dev.knit.hnsw.HnswGraph;
import dev.knit.io.FileIO;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Writes a live index as the only segment of a table's new version: its rows on a thread of their
 * own, while the caller makes the graph ready.
 */
final class LiveSave {
  private static final Object[] NO_METADATA = {};

  private final FileIO io;
  private final String path;
  private final LiveTable before;
  private final TableSchema schema;
  private final IndexParams params;
  private final LiveView view;
  private final UUID uuid = UUID.randomUUID();
  private final CompletableFuture<RowsFile> rows;

  /**
   * Begins to write the rows of {@code view}, none of which is dead.
   *
   * @param before where the index was last read from or saved to; null for nowhere
   * @throws IllegalArgumentException when another table is in that directory
   */
  LiveSave(
      FileIO io,
      String path,
      LiveTable before,
      TableSchema schema,
      IndexParams params,
      LiveView view)
      throws IOException {
    this.io = io;
    this.path = path;
    this.before = before != null && before.path().equals(path) ? before : null;
    this.schema = schema;
    this.params = params;
    this.view = view;
    if (this.before == null && new IndexTable(io, path).exists()) {
      throw new IllegalArgumentException(
          "'%s' is another index table already; save to a new directory.".formatted(path));
    }
    this.rows = CompletableFuture.supplyAsync(this::writeRows);
  }

  /**
   * Writes the graph and commits.
   *
   * @throws CommitConflictException when somebody has committed to the table since
   */
  LiveTable finish(HnswGraph graph) throws IOException {
    try {
      GraphOrigin origin = new GraphOrigin(uuid, params, schema.dimension());
      SegmentGraph rowsOfGraph = new SegmentGraph(graph, view.rowCount(), rowNodes());
      GraphPart part = GraphFile.write(io, path, TableLayout.graph(uuid), origin, rowsOfGraph);
      Snapshot snapshot = snapshot(SegmentInfo.of(uuid, List.of(rowsFile()), List.of(part)));
      TableCommit.create(io, path, snapshot);
      return new LiveTable(path, snapshot);
    } catch (CommitConflictException e) {
      io.deleteDirectory(TableLayout.resolve(path, TableLayout.segmentFile(uuid, "")));
      throw e;
    }
  }

  private Snapshot snapshot(SegmentInfo segment) {
    return before == null
        ? Snapshot.first(schema, params, List.of(segment), Operation.of(Operation.BUILD))
        : before.snapshot().next(schema, params, List.of(segment), Operation.of(Operation.COMPACT));
  }

  private RowsFile rowsFile() throws IOException {
    try {
      return rows.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof UncheckedIOException failure) {
        throw failure.getCause();
      }
      throw e;
    }
  }

  private RowsFile writeRows() {
    try (RowsWriter writer = RowsWriter.create(io, path, TableLayout.rows(uuid), schema)) {
      for (int row = 0; row < view.rowCount(); row++) {
        float[] vector = view.vectors().vector(view.rows().node(row));
        writer.write(view.rows().id(row), vector, NO_METADATA);
      }
      return writer.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The node of each row; null when row i is node i. */
  private int[] rowNodes() {
    int[] nodes = new int[view.rowCount()];
    boolean same = nodes.length == view.graph().size();
    for (int row = 0; row < nodes.length; row++) {
      nodes[row] = view.rows().node(row);
      same &= nodes[row] == row;
    }
    return same ? null : nodes;
  }
}
