package dev.knit.table;

import dev.knit.vector.VectorValues;
import java.io.IOException;

/** Takes the vectors of rows, in order, and makes vectors of nodes of them. For one thread. */
interface NodeSink extends AutoCloseable {

  /**
   * Takes the next row's vector, which is at {@code floats[from …]}.
   *
   * @throws IllegalArgumentException when it is no vector of its metric
   */
  void add(int row, float[] floats, int from) throws IOException;

  /**
   * The vectors of the nodes.
   *
   * @throws IllegalArgumentException when a node has no row
   */
  VectorValues build() throws IOException;

  @Override
  void close() throws IOException;

  /**
   * What the parameters of a table call for: float32 on the heap, or codes on the heap and float32
   * in a mapped file.
   */
  static NodeSink of(IndexParams params, int dimension, int nodes, int[] rowNodes)
      throws IOException {
    return switch (params.quantization()) {
      case NONE -> new NodeVectors(params, dimension, nodes, rowNodes);
      case INT8 -> new MappedNodes(params, dimension, nodes, rowNodes);
    };
  }
}
