package dev.knit.hnsw;

import dev.knit.vector.VectorValues;
import java.util.function.Function;

/** The share of true neighbors that a search finds; the truth comes from {@link ExactSearcher}. */
public final class Recall {
  private Recall() {}

  /** Recall@k at a width of {@code ef}; of nodes equally far, any counts. */
  public static double of(HnswGraph graph, VectorValues vectors, float[][] queries, int k, int ef) {
    return of(new HnswSearcher(graph, vectors), vectors, queries, SearchOptions.of(k, ef));
  }

  /** The same of a searcher. */
  public static double of(
      HnswSearcher searcher, VectorValues vectors, float[][] queries, SearchOptions options) {
    return of(vectors, queries, options, query -> searcher.search(query, options), null);
  }

  /** The same among allowed nodes. */
  static double of(
      HnswSearcher searcher,
      VectorValues vectors,
      float[][] queries,
      SearchOptions options,
      NodeFilter filter) {
    return of(vectors, queries, options, query -> searcher.search(query, options, filter), filter);
  }

  private static double of(
      VectorValues vectors,
      float[][] queries,
      SearchOptions options,
      Function<float[], Neighbors> search,
      NodeFilter filter) {
    ExactSearcher exact = new ExactSearcher(vectors);
    long hits = 0;
    long wanted = 0;
    for (float[] query : queries) {
      Neighbors truth =
          filter == null ? exact.search(query, options.k()) : exact.search(query, options, filter);
      Neighbors found = search.apply(query);
      float farthest = truth.size() == 0 ? 0 : truth.distance(truth.size() - 1);
      wanted += truth.size();
      for (int rank = 0; rank < found.size(); rank++) {
        hits += found.distance(rank) <= farthest ? 1 : 0;
      }
    }
    return wanted == 0 ? 1 : (double) hits / wanted;
  }

  /** The same at the largest ef, from k on, at which searches take at most so many distances. */
  static double within(
      long distances, HnswGraph graph, VectorValues vectors, float[][] queries, int k) {
    int ef = k;
    while (ef < graph.size() && distances(graph, vectors, queries, ef + 1) <= distances) {
      ef++;
    }
    return of(graph, vectors, queries, k, ef);
  }

  /** How many distances all searches take. */
  static long distances(HnswGraph graph, VectorValues vectors, float[][] queries, int ef) {
    HnswSearcher searcher = new HnswSearcher(graph, vectors);
    for (float[] query : queries) {
      searcher.search(query, Math.min(10, ef), ef);
    }
    return searcher.distanceComputations();
  }
}
