package dev.knit.table;

import dev.knit.hnsw.HnswGraph;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.Function;

/** Puts a graph together from its files. */
final class GraphAssembly {
  private final long totalNodes;
  private final Function<GraphHeader, String> problem;
  private GraphHeader first;
  private GraphReader last;
  private int nodes;
  private int rows;
  private byte[] levels;
  private int[] level0;
  private int[] upper = new int[0];
  private float[] level0Lengths;
  private float[] upperLengths;
  private int[] rowNodes;

  /**
   * Of files that have {@code totalNodes} nodes.
   *
   * @param problem tells why a graph is not the one to be read, or null
   */
  GraphAssembly(long totalNodes, Function<GraphHeader, String> problem) {
    this.totalNodes = totalNodes;
    this.problem = problem;
  }

  /** Adds the next file, in the order of nodes. */
  void add(GraphReader reader) throws IOException {
    GraphHeader header = reader.header();
    if (header.totalNodes() != totalNodes) {
      throw reader.corrupt(
          "it is of a graph of %d nodes, not %d".formatted(header.totalNodes(), totalNodes));
    }
    if (first == null) {
      String wrong = problem.apply(header);
      if (wrong != null) {
        throw reader.corrupt(wrong);
      }
      start(header);
    }
    checkFollows(reader, header);
    int upperStart = upper.length;
    for (GraphSection section : header.sections()) {
      reader.seek(section);
      readSection(reader.in(), section, upperStart);
      reader.in().skipTo(section.end());
      reader.end(section);
    }
    reader.finish();
    nodes += header.range().nodes();
    rows += header.range().rows();
    last = reader;
  }

  /** The graph, after its last file was added. */
  SegmentGraph graph() throws IOException {
    if (last == null) {
      return SegmentGraph.of(HnswGraph.of(2, new byte[0], -1, new int[0], new int[0], null), null);
    }
    if (nodes != totalNodes || rows != first.totalRows()) {
      throw last.corrupt("its graph ends with row %d of %d".formatted(rows, first.totalRows()));
    }
    float[][] lengths = level0Lengths == null ? null : new float[][] {level0Lengths, upperLengths};
    try {
      HnswGraph graph =
          HnswGraph.of(
              first.origin().params().m(), levels, first.entryPoint(), level0, upper, lengths);
      checkRowNodes();
      return new SegmentGraph(graph, rows, rowNodes);
    } catch (IllegalArgumentException e) {
      throw new CorruptIndexException(last.in().file(), e.getMessage(), e);
    }
  }

  private void start(GraphHeader header) {
    first = header;
    int slots = 2 * header.origin().params().m();
    levels = new byte[header.totalNodes()];
    level0 = new int[header.totalNodes() * slots];
    if (header.section(GraphSection.L0_LENGTHS) != null) {
      level0Lengths = new float[level0.length];
      upperLengths = new float[0];
    }
    if (header.section(GraphSection.ROW_NODES) != null) {
      rowNodes = new int[0];
    }
  }

  private void checkFollows(GraphReader reader, GraphHeader header) throws IOException {
    boolean sameGraph =
        header.origin().equals(first.origin())
            && header.entryPoint() == first.entryPoint()
            && header.totalNodes() == first.totalNodes()
            && header.totalRows() == first.totalRows()
            && header.range().firstNode() == nodes
            && header.range().firstRow() == rows
            && has(header, GraphSection.L0_LENGTHS) == (level0Lengths != null)
            && has(header, GraphSection.UPPER_LENGTHS) == (level0Lengths != null)
            && has(header, GraphSection.ROW_NODES) == (rowNodes != null);
    if (!sameGraph) {
      throw reader.corrupt("it is not the next part of its graph");
    }
  }

  private static boolean has(GraphHeader header, int section) {
    return header.section(section) != null;
  }

  private void readSection(CheckedInput in, GraphSection section, int upperStart)
      throws IOException {
    int count = (int) (section.length() / Integer.BYTES);
    int slots = 2 * first.origin().params().m();
    switch (section.id()) {
      case GraphSection.LEVELS -> in.read(levels, nodes, (int) section.length());
      case GraphSection.L0 -> in.read(level0, nodes * slots, count);
      case GraphSection.UPPER -> {
        upper = Arrays.copyOf(upper, upperStart + count);
        in.read(upper, upperStart, count);
      }
      case GraphSection.L0_LENGTHS -> in.read(level0Lengths, nodes * slots, count);
      case GraphSection.UPPER_LENGTHS -> {
        upperLengths = Arrays.copyOf(upperLengths, upperStart + count);
        in.read(upperLengths, upperStart, count);
      }
      case GraphSection.ROW_NODES -> {
        rowNodes = Arrays.copyOf(rowNodes, rows + count);
        in.read(rowNodes, rows, count);
      }
      default -> {} // of a newer minor version
    }
  }

  private void checkRowNodes() {
    if (rowNodes != null) {
      for (int node : rowNodes) {
        if (node < 0 || node >= nodes) {
          throw new IllegalArgumentException("Row of node %d of %d.".formatted(node, nodes));
        }
      }
    }
  }
}
