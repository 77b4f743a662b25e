package dev.knit.hnsw;

import dev.knit.vector.Metric;
import dev.knit.vector.VectorCheck;
import java.io.Serializable;

/**
 * Vectors that answers should be unlike: a search with them maximises {@code similarity(query, x) −
 * weight × mean similarity(negative, x)}, where similarity is the cosine, the dot product, or under
 * {@code l2} the negated squared distance. That is as much as to search for one combined vector, so
 * it costs what a search without them does. Under {@code l1} there is no such vector.
 *
 * <p>Results are in this order; their distances are those from the query alone. Immutable.
 */
public final class Negatives implements Serializable {
  private static final long serialVersionUID = 1;

  private final double weight;
  private final float[][] vectors;

  private Negatives(double weight, float[][] vectors) {
    this.weight = weight;
    this.vectors = vectors;
  }

  /**
   * One or more vectors, which are copied.
   *
   * @throws IllegalArgumentException when there is none, or the weight is negative or not finite
   */
  public static Negatives of(double weight, float[]... vectors) {
    if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "The weight of negatives (%s) must be a number of at least 0.".formatted(weight));
    }
    if (vectors.length == 0) {
      throw new IllegalArgumentException("There are no negatives; leave them out.");
    }
    float[][] copies = new float[vectors.length][];
    for (int i = 0; i < vectors.length; i++) {
      copies[i] = vectors[i].clone();
    }
    return new Negatives(weight, copies);
  }

  /**
   * The vector whose nearest are the answers.
   *
   * @throws IllegalArgumentException when the query or a negative does not fit, under {@code l1},
   *     under {@code l2} with a weight of 1 or more, and under {@code cosine} when nothing is left
   */
  float[] combine(Metric metric, int dimension, float[] query) {
    refuse(metric);
    VectorCheck.check(query, dimension, metric);
    double[] sum = new double[dimension];
    add(sum, query, metric, 1);
    for (int i = 0; i < vectors.length; i++) {
      String problem = VectorCheck.problem(vectors[i], dimension, metric);
      if (problem != null) {
        throw new IllegalArgumentException("Negative %d %s".formatted(i + 1, problem));
      }
      add(sum, vectors[i], metric, -weight / vectors.length);
    }
    return toFloats(sum, metric);
  }

  private void refuse(Metric metric) {
    if (metric == Metric.L1) {
      throw new IllegalArgumentException(
          "Negatives are not possible under l1, where no one vector stands for a query and what it should be unlike; use another metric.");
    }
    if (metric == Metric.L2 && weight >= 1) {
      throw new IllegalArgumentException(
          "The weight of negatives (%s) must be less than 1 under l2, where otherwise the farthest vectors are the best."
              .formatted(weight));
    }
  }

  private static void add(double[] sum, float[] vector, Metric metric, double factor) {
    double scale = metric == Metric.COSINE ? factor / norm(vector) : factor;
    for (int i = 0; i < sum.length; i++) {
      sum[i] += scale * vector[i];
    }
  }

  private float[] toFloats(double[] sum, Metric metric) {
    double scale = metric == Metric.L2 ? 1 / (1 - weight) : 1;
    float[] combined = new float[sum.length];
    double largest = 0;
    for (int i = 0; i < sum.length; i++) {
      combined[i] = (float) (sum[i] * scale);
      largest = Math.max(largest, Math.abs(combined[i]));
    }
    // What is left by rounding points nowhere.
    if (metric == Metric.COSINE && largest < 1e-12) {
      throw new IllegalArgumentException(
          "Query minus negatives is all zero, which has no direction for cosine; use a weight other than %s."
              .formatted(weight));
    }
    return combined;
  }

  private static double norm(float[] vector) {
    double sum = 0;
    for (float value : vector) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }
}
