package dev.knit.table;

import dev.knit.hnsw.GraphSlice;
import dev.knit.io.FileIO;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;

/**
 * Graphs as files ({@code graph.knit}). A graph that has lengths keeps them, so that it can be
 * merged; {@code graph.withoutLengths()} is what a finished segment stores.
 */
public final class GraphFile {
  private GraphFile() {}

  /**
   * Writes a whole graph to {@code path} below {@code base}.
   *
   * @throws IllegalArgumentException when m is not that of {@code origin}
   */
  public static GraphPart write(
      FileIO io, String base, String path, GraphOrigin origin, SegmentGraph graph)
      throws IOException {
    return write(io, base, path, origin, graph, GraphRange.all(graph));
  }

  /** Writes the part of a graph that {@code range} covers. */
  public static GraphPart write(
      FileIO io, String base, String path, GraphOrigin origin, SegmentGraph graph, GraphRange range)
      throws IOException {
    checkM(origin, graph.graph().m());
    return write(io, base, path, new GraphWriter(origin, graph, range), range);
  }

  /**
   * Writes a slice of a graph whose other nodes are elsewhere.
   *
   * @param rowNodes the node of each row of {@code range}, or null when row i is node i in all of
   *     the graph
   */
  public static GraphPart write(
      FileIO io,
      String base,
      String path,
      GraphOrigin origin,
      GraphTotals totals,
      GraphRange range,
      GraphSlice slice,
      int[] rowNodes)
      throws IOException {
    checkM(origin, slice.m());
    GraphWriter writer = new GraphWriter(origin, totals, range, slice, rowNodes);
    return write(io, base, path, writer, range);
  }

  private static void checkM(GraphOrigin origin, int m) {
    if (origin.params().m() != m) {
      throw new IllegalArgumentException(
          "The graph has m %d, but the index has %d.".formatted(m, origin.params().m()));
    }
  }

  private static GraphPart write(
      FileIO io, String base, String path, GraphWriter writer, GraphRange range)
      throws IOException {
    CheckedOutput out = new CheckedOutput(io.create(TableLayout.resolve(base, path)));
    try (out) {
      writer.writeTo(out);
    }
    return new GraphPart(path, out.position(), out.crc32c(), range.firstNode(), range.nodes());
  }

  /**
   * Reads a graph that is in one file.
   *
   * @throws CorruptIndexException when the file is not what was written
   * @throws UnsupportedFormatException when a newer Knit wrote it
   */
  public static SegmentGraph read(FileIO io, String base, GraphPart part) throws IOException {
    return read(io, base, List.of(part));
  }

  /** Reads a graph from all its parts, in order; errors as for one. */
  public static SegmentGraph read(FileIO io, String base, List<GraphPart> parts)
      throws IOException {
    return read(part -> CheckedInput.open(io, base, part), parts, header -> null);
  }

  /**
   * The same of a graph of an index.
   *
   * @throws CorruptIndexException also when the graph was built with another m, for another metric
   *     or of vectors of another dimension
   */
  public static SegmentGraph read(
      FileIO io, String base, List<GraphPart> parts, IndexParams params, int dimension)
      throws IOException {
    return read(part -> CheckedInput.open(io, base, part), parts, params, dimension);
  }

  /** Opens parts of graphs. */
  interface Source {
    CheckedInput open(GraphPart part) throws IOException;
  }

  /** Reads a graph of an index from all its parts, in order. */
  static SegmentGraph read(Source source, List<GraphPart> parts, IndexParams params, int dimension)
      throws IOException {
    return read(source, parts, header -> header.origin().difference(params, dimension));
  }

  private static SegmentGraph read(
      Source source, List<GraphPart> parts, Function<GraphHeader, String> problem)
      throws IOException {
    long nodes = parts.stream().mapToLong(GraphPart::nodes).sum();
    GraphAssembly assembly = new GraphAssembly(nodes, problem);
    for (GraphPart part : parts) {
      try (CheckedInput in = source.open(part)) {
        assembly.add(new GraphReader(in, part));
      }
    }
    return assembly.graph();
  }
}
