package dev.knit.table;

import dev.knit.hnsw.HnswGraph;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Writes one graph file: the sections once for their checksums, then once more behind the head. */
final class GraphWriter {
  private final GraphOrigin origin;
  private final SegmentGraph graph;
  private final GraphRange range;
  private final List<Source> sources = new ArrayList<>();
  private final List<GraphSection> sections = new ArrayList<>();

  /** Writes the content of a section. */
  private interface Source {
    void writeTo(CheckedOutput out) throws IOException;
  }

  GraphWriter(GraphOrigin origin, SegmentGraph graph, GraphRange range) throws IOException {
    this.origin = origin;
    this.graph = graph;
    this.range = range;
    addSources(graph.graph(), range.firstNode(), range.nodes());
    layOut();
  }

  void writeTo(CheckedOutput out) throws IOException {
    HnswGraph all = graph.graph();
    GraphHeader header =
        new GraphHeader(
            origin, all.maxLevel(), all.entryPoint(), all.size(), graph.rows(), range, sections);
    out.write(header.bytes());
    for (int i = 0; i < sections.size(); i++) {
      out.padTo(sections.get(i).offset());
      sources.get(i).writeTo(out);
    }
    out.padTo(GraphSection.align(out.position()));
    out.write(GraphTrailer.bytes(out.crc32c()));
  }

  private void addSources(HnswGraph all, int first, int nodes) {
    int slots = 2 * all.m();
    int from = upperSlots(all, 0, first);
    int upper = upperSlots(all, first, first + nodes);
    add(GraphSection.LEVELS, out -> out.write(all.levels(), first, nodes));
    add(GraphSection.L0, out -> out.write(all.lists(0), first * slots, nodes * slots));
    add(GraphSection.UPPER, out -> out.write(all.lists(1), from, upper));
    if (all.lengths(0) != null) {
      add(GraphSection.L0_LENGTHS, out -> out.write(all.lengths(0), first * slots, nodes * slots));
      add(GraphSection.UPPER_LENGTHS, out -> out.write(all.lengths(1), from, upper));
    }
    if (graph.rowNodes() != null) {
      add(
          GraphSection.ROW_NODES,
          out -> out.write(graph.rowNodes(), range.firstRow(), range.rows()));
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
