package dev.knit.hnsw;

import dev.knit.vector.VectorValues;

/** The share of true neighbors that a search finds; the truth comes from {@link ExactSearcher}. */
public final class Recall {
  private Recall() {}

  /** Recall@k at a width of {@code ef}; of nodes equally far, any counts. */
  public static double of(HnswGraph graph, VectorValues vectors, float[][] queries, int k, int ef) {
    return of(new HnswSearcher(graph, vectors), vectors, queries, k, ef);
  }

  /** The same of a searcher. */
  public static double of(
      HnswSearcher searcher, VectorValues vectors, float[][] queries, int k, int ef) {
    ExactSearcher exact = new ExactSearcher(vectors);
    long hits = 0;
    long wanted = 0;
    for (float[] query : queries) {
      Neighbors truth = exact.search(query, k);
      Neighbors found = searcher.search(query, k, ef);
      float farthest = truth.distance(truth.size() - 1);
      wanted += truth.size();
      for (int rank = 0; rank < found.size(); rank++) {
        hits += found.distance(rank) <= farthest ? 1 : 0;
      }
    }
    return (double) hits / wanted;
  }
}
