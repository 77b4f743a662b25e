package dev.knit.hnsw;

import dev.knit.vector.Metric;

/**
 * How long an edge is in the space that graphs are built in, where the triangle inequality holds:
 * Euclidean between unit vectors for {@code cosine}, and in the norm-augmented space for {@code
 * inner_product}.
 */
final class EdgeLength {
  private EdgeLength() {}

  /** The length for a key measured from a node. */
  static double of(Metric metric, float key) {
    return switch (metric) {
      case L2, INNER_PRODUCT -> Math.sqrt(Math.max(0, key));
      case COSINE -> Math.sqrt(Math.max(0, 2 + 2.0 * key)); // |a − b|² = 2 − 2 cos
      case L1 -> key;
    };
  }
}
