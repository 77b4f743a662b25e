package dev.knit.hnsw;

import java.io.Serializable;

/**
 * How a graph is built.
 *
 * @param m M of the paper: neighbors given to a new node, and the most a node has on levels ≥ 1; on
 *     level 0 it may have 2m
 * @param efConstruction width of the beam when a node is inserted
 */
public record HnswParams(int m, int efConstruction) implements Serializable {
  /** m 16, efConstruction 100. */
  public static final HnswParams DEFAULT = new HnswParams(16, 100);

  /** Checks the ranges: 2 ≤ m ≤ 512 and 1 ≤ efConstruction ≤ 10,000. */
  public HnswParams {
    if (m < 2 || m > 512) {
      throw new IllegalArgumentException("m (%d) must be from 2 to 512.".formatted(m));
    }
    if (efConstruction < 1 || efConstruction > 10_000) {
      throw new IllegalArgumentException(
          "ef_construction (%d) must be from 1 to 10000.".formatted(efConstruction));
    }
  }
}
