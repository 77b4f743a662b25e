package dev.knit.table;

import dev.knit.vector.FlatVectors;
import java.util.Arrays;

/** Collects one float32 vector per node on the heap. */
final class NodeVectors {
  private final FlatVectors.Builder builder;
  private final int[] rowNodes;
  private final int[] places;
  private final float[] vector;
  private boolean inOrder = true;

  NodeVectors(IndexParams params, int dimension, int nodes, int[] rowNodes) {
    this.builder = FlatVectors.builder(params.metric(), dimension, nodes).maxNorm(params.maxNorm());
    this.rowNodes = rowNodes;
    this.places = rowNodes == null ? null : new int[nodes];
    this.vector = new float[dimension];
    if (places != null) {
      Arrays.fill(places, -1);
    }
  }

  /**
   * Takes the next row's vector, which is at {@code floats[from …]}.
   *
   * @throws IllegalArgumentException when it is no vector of its metric
   */
  void add(int row, float[] floats, int from) {
    if (places != null) {
      int node = rowNodes[row];
      if (places[node] >= 0) {
        return;
      }
      places[node] = builder.size();
      inOrder &= places[node] == node;
    }
    System.arraycopy(floats, from, vector, 0, vector.length);
    builder.add(vector);
  }

  /**
   * The vectors of the nodes.
   *
   * @throws IllegalArgumentException when a node has no row
   */
  FlatVectors build() {
    if (places != null && builder.size() < places.length) {
      throw withoutRow(places.length - builder.size(), places.length);
    }
    FlatVectors vectors = builder.build();
    return inOrder ? vectors : vectors.select(places);
  }

  static IllegalArgumentException withoutRow(int without, int nodes) {
    return new IllegalArgumentException("%d of %d nodes have no row".formatted(without, nodes));
  }
}
