package dev.knit.hnsw;

import dev.knit.vector.Distances;
import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import java.util.Arrays;

/**
 * A division of the space of vectors into cells: a point belongs to the cell whose centroid is
 * nearest by key plus the weight of the cell, ties to the lower cell, so that equal vectors share a
 * cell. Weights even out how many points cells have; under {@code l2} the borders stay planes (a
 * power diagram, Aurenhammer, SIAM J. Comput. 16(1), 1987). Immutable and safe for use by many
 * threads, each with a {@link Locator} of its own.
 */
final class Cells {
  /** How many of the nearest cells of a point are looked at. */
  static final int NEAREST = 32;

  /** Of more centroids the nearest are found by a graph over them. */
  private static final int EXHAUSTIVE = 512;

  private static final HnswParams CENTROIDS = new HnswParams(16, 100);

  private final FlatVectors centroids;
  private final float[] weights;
  private final HnswGraph graph; // null where all centroids are measured

  /**
   * Cells around centroids.
   *
   * @param centroids points of a {@link CellSpace}
   */
  Cells(FlatVectors centroids, float[] weights) {
    this(centroids, weights, graph(centroids));
  }

  private Cells(FlatVectors centroids, float[] weights, HnswGraph graph) {
    this.centroids = centroids;
    this.weights = weights;
    this.graph = graph;
  }

  /** The same centroids with other weights, which move the borders. */
  Cells weights(float[] others) {
    return new Cells(centroids, others, graph);
  }

  int count() {
    return centroids.size();
  }

  FlatVectors centroids() {
    return centroids;
  }

  float[] weights() {
    return weights;
  }

  private static HnswGraph graph(FlatVectors centroids) {
    if (centroids.size() <= EXHAUSTIVE) {
      return null;
    }
    byte[] levels = new byte[centroids.size()];
    for (int cell = 0; cell < levels.length; cell++) {
      levels[cell] = Levels.of(0, cell, CENTROIDS.m());
    }
    return new HnswBuilder(CENTROIDS, 1).build(centroids, levels);
  }

  /** Finds the cells near points; for one thread. */
  final class Locator {
    private final Distances distances = centroids.distances();
    private final HnswSearcher searcher = graph == null ? null : new HnswSearcher(graph, centroids);
    private final float[] keys = new float[Distances.RANGE];
    private final long[] near = new long[count()];
    private final float[][] gaps = new float[count()][];

    /** How many cells {@link #nearest} finds. */
    int width() {
      return Math.min(NEAREST, count());
    }

    long distanceComputations() {
      return distances.computed() + (searcher == null ? 0 : searcher.distanceComputations());
    }

    /** Writes the nearest cells and their keys, without weights, from {@code at} on. */
    void nearest(float[] point, int[] cells, float[] cellKeys, int at) {
      distances.fromQuery(point);
      int count = searcher == null ? measureAll() : measureNear(point);
      Arrays.sort(near, 0, count);
      for (int i = 0; i < width(); i++) {
        cells[at + i] = Entries.node(near[i]);
        cellKeys[at + i] = Entries.key(near[i]);
      }
    }

    private int measureAll() {
      for (int first = 0; first < count(); first += keys.length) {
        int length = Math.min(keys.length, count() - first);
        distances.toRange(first, length, keys);
        for (int i = 0; i < length; i++) {
          near[first + i] = Entries.of(first + i, keys[i]);
        }
      }
      return count();
    }

    private int measureNear(float[] point) {
      Neighbors found = searcher.search(point, width(), 2 * NEAREST);
      if (found.size() < width()) { // equal centroids may not all be found
        return measureAll();
      }
      for (int i = 0; i < found.size(); i++) {
        near[i] = Entries.of(found.node(i), distances.to(found.node(i)));
      }
      return found.size();
    }

    /**
     * How far a point of the cell {@code own} is from the border to another: exact under {@code
     * l2}, where it is a plane; under {@code l1} the least it can be.
     */
    float margin(int own, float ownKey, int other, float otherKey) {
      float ahead = otherKey + weights[other] - ownKey - weights[own];
      if (centroids.metric() == Metric.L1) {
        return ahead / 2;
      }
      if (gaps[own] == null) {
        gaps[own] = gapsOf(own);
      }
      return gaps[own][other] == 0 ? 0 : ahead / (2 * gaps[own][other]);
    }

    private float[] gapsOf(int cell) {
      float[] lengths = new float[count()];
      distances.fromNode(cell);
      for (int other = 0; other < lengths.length; other++) {
        lengths[other] = (float) EdgeLength.of(centroids.metric(), distances.to(other));
      }
      return lengths;
    }
  }
}
