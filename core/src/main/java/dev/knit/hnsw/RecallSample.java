package dev.knit.hnsw;

import dev.knit.vector.VectorValues;

/** Searches for a sample of queries as {@link GraphQuality.Recall} describes. */
final class RecallSample {
  private final VectorValues vectors;
  private final QualityOptions options;
  private final HnswSearcher searcher;
  private final ExactSearcher exact;
  private final int k;
  private double sum;
  private double squares;
  private int queries;

  RecallSample(HnswGraph graph, VectorValues vectors, QualityOptions options) {
    this.vectors = vectors;
    this.options = options;
    this.searcher = new HnswSearcher(graph, vectors);
    this.exact = new ExactSearcher(vectors);
    this.k = Math.min(options.k(), vectors.size());
  }

  /** Of nodes drawn at random. */
  GraphQuality.Recall ofNodes() {
    int[] sample = NodeSample.of(vectors.size(), options.queries(), options.seed());
    float[] query = new float[vectors.dimension()];
    for (int node : sample) {
      vectors.exact().copy(node, query);
      add(query, node);
    }
    return report(1 - (double) sample.length / vectors.size());
  }

  /** Of queries that are no nodes. */
  GraphQuality.Recall ofQueries(float[][] given) {
    for (float[] query : given) {
      add(query, HnswGraph.NONE);
    }
    return report(1);
  }

  /** Counts the k nearest of a query without {@code self}. */
  private void add(float[] query, int self) {
    int others = self == HnswGraph.NONE ? 0 : 1;
    int wanted = Math.min(k, vectors.size() - others);
    Neighbors truth = exact.search(query, wanted + others);
    float bound = truth.distance(rank(truth, self, wanted - 1));
    Neighbors found =
        searcher.search(query, wanted + others, Math.max(options.ef(), wanted + others));
    int right = 0;
    for (int rank = 0; rank < found.size() && right < wanted; rank++) {
      right += found.node(rank) != self && found.distance(rank) <= bound ? 1 : 0;
    }
    double recall = (double) right / wanted;
    sum += recall;
    squares += recall * recall;
    queries++;
  }

  /** The place in {@code truth} of what has {@code rank} without {@code self}. */
  private static int rank(Neighbors truth, int self, int rank) {
    for (int i = 0; i <= rank; i++) {
      if (truth.node(i) == self) {
        return rank + 1;
      }
    }
    return rank;
  }

  /** The mean and its error, when {@code unseen} is the share of the population not sampled. */
  private GraphQuality.Recall report(double unseen) {
    double mean = sum / queries;
    double variance = Math.max(0, (squares - queries * mean * mean) / (queries - 1));
    return new GraphQuality.Recall(
        queries,
        options.k(),
        options.ef(),
        mean,
        Math.sqrt(variance / queries * unseen),
        (double) searcher.distanceComputations() / queries);
  }
}
