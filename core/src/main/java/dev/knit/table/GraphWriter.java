package dev.knit.table;

import dev.knit.hnsw.GraphSlice;
import dev.knit.hnsw.HnswGraph;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Writes one graph file: the sections once for their checksums, then once more behind the head. */
final class GraphWriter {
  private final GraphOrigin origin;
  private final GraphTotals totals;
  private final GraphRange range;
  private final List<Source> sources = new ArrayList<>();
  private final List<GraphSection> sections = new ArrayList<>();

  /** Writes the content of a section. */
  private interface Source {
    void writeTo(CheckedOutput out) throws IOException;
  }

  /** A writer for the part of a graph that {@code range} covers. */
  GraphWriter(GraphOrigin origin, SegmentGraph graph, GraphRange range) throws IOException {
    this(origin, GraphTotals.of(graph), range);
    HnswGraph all = graph.graph();
    int first = range.firstNode();
    int slots = 2 * all.m();
    int from = upperSlots(all, 0, first);
    int upper = upperSlots(all, first, first + range.nodes());
    addLists(
        out -> out.write(all.levels(), first, range.nodes()),
        out -> out.write(all.lists(0), first * slots, range.nodes() * slots),
        out -> out.write(all.lists(1), from, upper));
    if (all.lengths(0) != null) {
      add(
          GraphSection.L0_LENGTHS,
          out -> out.write(all.lengths(0), first * slots, range.nodes() * slots));
      add(GraphSection.UPPER_LENGTHS, out -> out.write(all.lengths(1), from, upper));
    }
    addRowNodes(graph.rowNodes(), range.firstRow());
    layOut();
  }

  /** A writer for a slice of a graph, {@code rowNodes} those of its rows or null. */
  GraphWriter(
      GraphOrigin origin, GraphTotals totals, GraphRange range, GraphSlice slice, int[] rowNodes)
      throws IOException {
    this(origin, totals, range);
    addLists(
        out -> out.write(slice.levels(), 0, slice.levels().length),
        out -> out.write(slice.level0(), 0, slice.level0().length),
        out -> out.write(slice.upper(), 0, slice.upper().length));
    addRowNodes(rowNodes, 0);
    layOut();
  }

  private GraphWriter(GraphOrigin origin, GraphTotals totals, GraphRange range) {
    this.origin = origin;
    this.totals = totals;
    this.range = range;
  }

  void writeTo(CheckedOutput out) throws IOException {
    GraphHeader header =
        new GraphHeader(
            origin,
            totals.maxLevel(),
            totals.entryPoint(),
            totals.nodes(),
            totals.rows(),
            range,
            sections);
    out.write(header.bytes());
    for (int i = 0; i < sections.size(); i++) {
      out.padTo(sections.get(i).offset());
      sources.get(i).writeTo(out);
    }
    out.padTo(GraphSection.align(out.position()));
    out.write(GraphTrailer.bytes(out.crc32c()));
  }

  private void addLists(Source levels, Source level0, Source upper) {
    add(GraphSection.LEVELS, levels);
    add(GraphSection.L0, level0);
    add(GraphSection.UPPER, upper);
  }

  private void addRowNodes(int[] rowNodes, int from) {
    if (rowNodes != null) {
      add(GraphSection.ROW_NODES, out -> out.write(rowNodes, from, range.rows()));
    }
  }

  private void add(int id, Source source) {
    sections.add(new GraphSection(id, 0, 0, 0));
    sources.add(source);
  }

  private void layOut() throws IOException {
    long offset = GraphSection.align(GraphHeader.length(sections.size()));
    for (int i = 0; i < sections.size(); i++) {
      try (CheckedOutput sink = CheckedOutput.toNowhere()) {
        sources.get(i).writeTo(sink);
        int id = sections.get(i).id();
        sections.set(i, new GraphSection(id, offset, sink.position(), sink.crc32c()));
        offset = GraphSection.align(offset + sink.position());
      }
    }
  }

  private static int upperSlots(HnswGraph graph, int from, int to) {
    int slots = 0;
    for (int node = from; node < to; node++) {
      slots += graph.level(node) * graph.m();
    }
    return slots;
  }
}
