package dev.knit.hnsw;

import dev.knit.vector.VectorCheck;
import dev.knit.vector.VectorValues;

/**
 * The node nearest to the mean of all vectors, by their metric: where searches of a graph without
 * upper levels start, as in Vamana (Subramanya et al., DiskANN, NeurIPS 2019, §2.3).
 *
 * @param node the lowest of the nearest; node 0 where the mean has no direction under cosine
 */
record Medoid(int node, long distanceComputations) {

  /** The medoid of at least one vector. */
  static Medoid of(VectorValues vectors) {
    ExactSearcher searcher = new ExactSearcher(vectors);
    float[] mean = mean(vectors.exact());
    if (VectorCheck.problem(mean, mean.length, vectors.metric()) != null) {
      return new Medoid(0, 0);
    }
    int node = searcher.search(mean, 1).node(0);
    return new Medoid(node, searcher.distanceComputations());
  }

  private static float[] mean(VectorValues vectors) {
    double[] sums = new double[vectors.dimension()];
    float[] vector = new float[vectors.dimension()];
    for (int node = 0; node < vectors.size(); node++) {
      vectors.copy(node, vector);
      for (int i = 0; i < sums.length; i++) {
        sums[i] += vector[i];
      }
    }
    for (int i = 0; i < sums.length; i++) {
      vector[i] = (float) (sums[i] / vectors.size());
    }
    return vector;
  }
}
