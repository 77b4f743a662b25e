package dev.knit.hnsw;

import dev.knit.vector.Distances;
import dev.knit.vector.VectorValues;
import java.util.Arrays;

/**
 * Local intrinsic dimensionality: how fast the number of vectors grows with the distance from one.
 * The maximum-likelihood estimate of Levina and Bickel (NIPS 2004) in the form of Amsaleg et al.
 * (KDD 2015, §4.1), −(1/k · Σ ln(rᵢ/rₖ))⁻¹, where r₁ … rₖ are the distances to the nearest {@value
 * #NEAREST} of {@value #SAMPLE} nodes, the same for all, that have another vector.
 *
 * @param estimates for each node; 0 where fewer than two distances are known, infinite where all
 *     are equal
 */
record LocalDimension(float[] estimates, long distanceComputations) {
  static final int SAMPLE = 512;
  static final int NEAREST = 20;
  private static final long SEED = 0;
  private static final int TASK_NODES = 256;

  static LocalDimension of(VectorValues vectors, int[] nodes, Workers<?> workers) {
    int[] sample = NodeSample.of(vectors.size(), SAMPLE, SEED);
    float[] estimates = new float[nodes.length];
    workers.run(
        (nodes.length + TASK_NODES - 1) / TASK_NODES,
        (worker, task) -> {
          Distances distances = vectors.distances();
          float[] keys = new float[sample.length];
          int from = task * TASK_NODES;
          for (int i = from; i < Math.min(nodes.length, from + TASK_NODES); i++) {
            distances.fromNode(nodes[i]);
            distances.to(sample, 0, sample.length, keys);
            estimates[i] = estimate(vectors, keys);
          }
        });
    return new LocalDimension(estimates, (long) nodes.length * sample.length);
  }

  /** The estimate from keys to the whole sample, which it sorts. */
  private static float estimate(VectorValues vectors, float[] keys) {
    Arrays.sort(keys);
    double[] nearest = new double[NEAREST];
    int known = 0;
    for (int i = 0; i < keys.length && known < NEAREST; i++) {
      double length = EdgeLength.of(vectors.metric(), keys[i]);
      if (length > 0) {
        nearest[known++] = length;
      }
    }
    return estimate(nearest, known);
  }

  /** The estimate from the first {@code k} of {@code r}, which rise. */
  static float estimate(double[] r, int k) {
    if (k < 2) {
      return 0;
    }
    double sum = 0;
    for (int i = 0; i < k; i++) {
      sum += Math.log(r[k - 1] / r[i]);
    }
    return (float) (k / sum);
  }
}
