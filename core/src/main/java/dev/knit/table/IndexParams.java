package dev.knit.table;

import dev.knit.hnsw.HnswParams;
import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;

/**
 * How the graphs of a table are built.
 *
 * @param m the most neighbors of a node on levels ≥ 1; 2m on level 0
 * @param efConstruction width of the beam when a node is inserted
 * @param seed of the levels of nodes
 * @param maxNorm the length of the longest vector under {@code inner_product}, 0 under others
 * @param quantization in what form vectors are held to build and search
 */
public record IndexParams(
    Metric metric, int m, int efConstruction, long seed, float maxNorm, Quantization quantization) {
  /**
   * Checks the ranges that {@link HnswParams} sets, and that maxNorm is finite and not negative.
   */
  public IndexParams {
    new HnswParams(m, efConstruction);
    if (!(maxNorm >= 0) || Float.isInfinite(maxNorm)) {
      throw new IllegalArgumentException(
          "max_norm (%s) must be finite and not negative.".formatted(maxNorm));
    }
  }

  /** The part of these that builders take. */
  public HnswParams hnsw() {
    return new HnswParams(m, efConstruction);
  }
}
