package dev.knit.table;

import dev.knit.hnsw.Consolidation;
import dev.knit.hnsw.GraphMerger;
import dev.knit.hnsw.HnswBuilder;
import dev.knit.hnsw.HnswGraph;
import dev.knit.hnsw.Levels;
import dev.knit.hnsw.MergedGraph;
import dev.knit.io.FileIO;
import dev.knit.vector.DistinctVectors;
import dev.knit.vector.FlatVectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Makes one segment with one graph of some, without the deleted rows. Steps:
 *
 * <ol>
 *   <li>Nodes whose rows are all deleted are removed from the graphs ({@link Consolidation}).
 *   <li>A graph is built over the rows that had none.
 *   <li>The live rows are copied, segment after segment, in order.
 *   <li>The graphs are merged ({@link GraphMerger}), which takes a fraction of building them anew.
 * </ol>
 *
 * <p>All vectors are in memory at the same time. For one thread.
 */
final class SegmentMerge {
  private final FileIO io;
  private final String table;
  private final Snapshot base;
  private final List<SegmentInfo> inputs;
  private final int threads;
  private final boolean anew;
  private final Compactor.Progress progress;
  private final List<HnswGraph> graphs = new ArrayList<>();
  private int nodes;

  private SegmentMerge(
      FileIO io,
      String table,
      Snapshot base,
      List<SegmentInfo> inputs,
      boolean anew,
      int threads,
      Compactor.Progress progress) {
    this.io = io;
    this.table = table;
    this.base = base;
    this.inputs = inputs;
    this.anew = anew;
    this.threads = threads;
    this.progress = progress;
  }

  /** A merge of segments of {@code base}. */
  static SegmentMerge of(
      FileIO io,
      String table,
      Snapshot base,
      List<SegmentInfo> inputs,
      int threads,
      Compactor.Progress progress) {
    return new SegmentMerge(io, table, base, inputs, false, threads, progress);
  }

  /** A new graph over the rows of a segment, whose own is not looked at. */
  static SegmentMerge anew(FileIO io, String table, Snapshot base, SegmentInfo input, int threads) {
    return new SegmentMerge(io, table, base, List.of(input), true, threads, rows -> {});
  }

  /** The new segment; null when no row is live. */
  SegmentInfo run() throws IOException {
    int rows = inputs.stream().mapToInt(SegmentInfo::liveRows).reduce(0, Math::addExact);
    if (rows == 0) {
      return null;
    }
    int[] rowNodes = new int[rows];
    int first = 0;
    for (SegmentInfo input : inputs) {
      if (hasGraph(input) && input.liveRows() > 0) {
        addGraph(input, rowNodes, first);
      }
      first += input.liveRows();
    }
    addFlat(rowNodes);
    UUID uuid = UUID.randomUUID();
    NodeVectors vectors =
        new NodeVectors(base.params(), base.schema().dimension(), nodes, rowNodes);
    RowsFile file = copyRows(uuid, vectors);
    SegmentGraph graph = merge(vectors.build(), rowNodes);
    IndexTable.requireThere(io, table);
    GraphOrigin origin = new GraphOrigin(uuid, base.params(), base.schema().dimension());
    GraphPart part = GraphFile.write(io, table, TableLayout.graph(uuid), origin, graph);
    return SegmentInfo.of(uuid, List.of(file), List.of(part));
  }

  /** Whether a segment's graph is taken over. */
  private boolean hasGraph(SegmentInfo input) {
    return !anew && !input.isFlat();
  }

  /** Takes over a graph without its dead nodes. */
  private void addGraph(SegmentInfo input, int[] rowNodes, int first) throws IOException {
    try (Segment segment = Segment.open(io, table, base, input)) {
      BitSet dead = new BitSet(input.nodes());
      if (segment.liveRows() != null) {
        dead.or(segment.nodes(segment.liveRows()));
        dead.flip(0, input.nodes());
      }
      Consolidation live = Consolidation.of(segment.graph(), segment.vectors(), dead, threads);
      int next = first;
      for (int row = 0; row < input.rows(); row++) {
        if (segment.isLive(row)) {
          rowNodes[next++] = nodes + live.nodes()[segment.node(row)];
        }
      }
      graphs.add(live.graph());
      nodes += live.graph().size();
    }
  }

  /** Builds a graph over the live rows that have none. */
  private void addFlat(int[] rowNodes) throws IOException {
    int count =
        inputs.stream().filter(input -> !hasGraph(input)).mapToInt(SegmentInfo::liveRows).sum();
    if (count == 0) {
      return;
    }
    IndexParams params = base.params();
    FlatVectors.Builder vectors =
        FlatVectors.builder(params.metric(), base.schema().dimension(), count)
            .maxNorm(params.maxNorm());
    byte[] levels = new byte[count];
    int[] places = new int[count];
    int first = 0;
    for (SegmentInfo input : inputs) {
      int at = first;
      first += input.liveRows();
      if (!hasGraph(input)) {
        for (StoredRows rows : files(input)) {
          try (rows) {
            while (rows.hasNext()) {
              RowsIterator.Row row = rows.next();
              places[vectors.size()] = at++;
              levels[vectors.size()] = RowIds.level(params.seed(), row.id(), params.m());
              vectors.add(row.vector());
            }
          }
        }
      }
    }
    DistinctVectors distinct = DistinctVectors.of(vectors.build());
    int size = distinct.vectors().size();
    graphs.add(
        new HnswBuilder(params.hnsw(), threads)
            .build(
                params.quantization().apply(distinct.vectors()),
                Levels.highest(levels, distinct.nodes(), size)));
    for (int i = 0; i < count; i++) {
      rowNodes[places[i]] = nodes + (distinct.nodes() == null ? i : distinct.nodes()[i]);
    }
    nodes += size;
  }

  private RowsFile copyRows(UUID uuid, NodeVectors vectors) throws IOException {
    try (RowsWriter writer = RowsWriter.create(io, table, TableLayout.rows(uuid), base.schema())) {
      int next = 0;
      for (SegmentInfo input : inputs) {
        for (StoredRows rows : files(input)) {
          try (rows) {
            while (rows.hasNext()) {
              RowsIterator.Row row = rows.next();
              writer.write(row.id(), row.vector(), row.metadata());
              vectors.add(next++, row.vector(), 0);
              progress.advance(1);
            }
          }
        }
      }
      IndexTable.requireThere(io, table);
      return writer.finish();
    }
  }

  private SegmentGraph merge(FlatVectors vectors, int[] rowNodes) {
    if (graphs.size() == 1) {
      return graph(graphs.get(0), rowNodes);
    }
    MergedGraph merged =
        new GraphMerger(threads).merge(base.params().quantization().apply(vectors), graphs);
    int[] mergedNodes =
        merged.nodes() == null
            ? rowNodes
            : Arrays.stream(rowNodes).map(node -> merged.nodes()[node]).toArray();
    return graph(merged.graph(), mergedNodes);
  }

  private static SegmentGraph graph(HnswGraph graph, int[] rowNodes) {
    int[] same = IntStream.range(0, graph.size()).toArray();
    return SegmentGraph.of(graph.withoutLengths(), Arrays.equals(rowNodes, same) ? null : rowNodes);
  }

  /** The live rows of each rows file of a segment, opened when its turn comes. */
  private Iterable<StoredRows> files(SegmentInfo input) {
    return () ->
        IntStream.range(0, input.rowsFiles().size()).mapToObj(file -> open(input, file)).iterator();
  }

  private StoredRows open(SegmentInfo input, int file) {
    try {
      return new StoredRows(io, table, base, input, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
