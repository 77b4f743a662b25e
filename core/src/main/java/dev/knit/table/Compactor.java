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
public final class Compactor {
  private final FileIO io;
  private final String table;
  private final Snapshot base;
  private final List<SegmentInfo> inputs;
  private final int threads;
  private final boolean anew;
  private final Progress progress;
  private final List<HnswGraph> graphs = new ArrayList<>();
  private int nodes;

  /**
   * What was done.
   *
   * @param snapshot the version that was made, or the newest when there was nothing to do
   * @param compacted segments that were replaced; 0 also when others replaced one of them meanwhile
   * @param segments in their place
   * @param rows in those
   * @param dropped deleted rows that are gone now
   */
  public record Report(Snapshot snapshot, int compacted, int segments, long rows, long dropped) {
    /** This and what was done later. */
    Report and(Report later) {
      return new Report(
          later.snapshot,
          compacted + later.compacted,
          segments + later.segments,
          rows + later.rows,
          dropped + later.dropped);
    }

    private static Report nothing(Snapshot newest) {
      return new Report(newest, 0, 0, 0, 0);
    }
  }

  /** Told of work as it goes on. */
  public interface Progress {
    /** That many rows more are in a new segment's files; may throw to give up. */
    void advance(int rows);
  }

  private Compactor(
      FileIO io,
      String table,
      Snapshot base,
      List<SegmentInfo> inputs,
      boolean anew,
      int threads,
      Progress progress) {
    this.progress = progress;
    this.io = io;
    this.table = table;
    this.base = base;
    this.inputs = inputs;
    this.anew = anew;
    this.threads = threads;
  }

  /** Compacts what {@link CompactionPlan#groups} chooses, one group after another. */
  public static Report compact(FileIO io, String table, int threads) throws IOException {
    Snapshot base = Snapshot.load(io, table);
    return compact(io, table, base, CompactionPlan.groups(base), threads);
  }

  /** Makes one segment without deleted rows of all that the newest version has. */
  public static Report compactAll(FileIO io, String table, int threads) throws IOException {
    Snapshot base = Snapshot.load(io, table);
    return compact(io, table, base, CompactionPlan.all(base), threads);
  }

  private static Report compact(
      FileIO io, String table, Snapshot base, List<List<SegmentInfo>> groups, int threads)
      throws IOException {
    Report report = Report.nothing(base);
    for (List<SegmentInfo> group : groups) {
      report = report.and(compact(io, table, base, group, threads, rows -> {}));
    }
    return report;
  }

  /**
   * Makes one segment of some. Others may compact other segments at the same time.
   *
   * @param inputs of {@code base}
   */
  public static Report compact(
      FileIO io,
      String table,
      Snapshot base,
      List<SegmentInfo> inputs,
      int threads,
      Progress progress)
      throws IOException {
    Compactor compactor = new Compactor(io, table, base, inputs, false, threads, progress);
    return compactor.commit();
  }

  /**
   * Builds the graphs of the newest version anew that are damaged; rows must be whole.
   *
   * @return a report for each
   */
  public static List<Report> repair(FileIO io, String table, int threads) throws IOException {
    List<Report> repaired = new ArrayList<>();
    for (SegmentInfo segment : Snapshot.load(io, table).segments()) {
      if (isDamaged(io, table, segment)) {
        Snapshot base = Snapshot.load(io, table);
        repaired.add(
            new Compactor(io, table, base, List.of(segment), true, threads, rows -> {}).commit());
      }
    }
    return repaired;
  }

  private static boolean isDamaged(FileIO io, String table, SegmentInfo segment)
      throws IOException {
    try {
      if (!segment.isFlat()) {
        GraphFile.read(io, table, segment.graphFiles());
      }
      return false;
    } catch (CorruptIndexException e) {
      return true;
    }
  }

  private Report commit() throws IOException {
    Snapshot newest = Snapshot.load(io, table);
    if (inputs.stream().anyMatch(input -> newest.segment(input.uuid()) == null)) {
      return Report.nothing(newest); // others were faster, or this was done before
    }
    try (RenewedLease lease = RenewedLease.take(io, table, base.version())) {
      SegmentInfo output = run();
      Snapshot made =
          new TableWriter(io, table)
              .commit(base, new CompactChange(io, table, inputs, output), null);
      boolean used =
          inputs.stream().allMatch(input -> made.segment(input.uuid()) == null)
              && (output == null || made.segment(output.uuid()) != null);
      return used ? report(made, output) : Report.nothing(made);
    }
  }

  private Report report(Snapshot made, SegmentInfo output) {
    long all = inputs.stream().mapToLong(SegmentInfo::rows).sum();
    long rows = output == null ? 0 : output.rows();
    return new Report(made, inputs.size(), output == null ? 0 : 1, rows, all - rows);
  }

  /** The new segment; null when no row is live. */
  private SegmentInfo run() throws IOException {
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
      Consolidation live =
          Consolidation.ofStored(segment.graph(), segment.vectors(), dead, threads);
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
