package dev.knit.benchmarks;

import dev.knit.hnsw.ExactSearcher;
import dev.knit.hnsw.Neighbors;
import dev.knit.hnsw.NodeFilter;
import dev.knit.vector.FlatVectors;
import java.util.BitSet;
import java.util.Random;
import java.util.stream.IntStream;

/** Filters that allow a share of the nodes, by chance or in a way that goes with the vectors. */
final class FilterSets {
  /** How the allowed nodes are chosen; a benchmark gives each query one filter of the set. */
  enum Kind {
    /** By chance, the same for all queries. */
    RANDOM,
    /** Those nearest to one of 8 base vectors: some queries are inside, most are not. */
    CORRELATED,
    /** Those farthest from the query itself. */
    ANTI_CORRELATED
  }

  private static final long SEED = 20261121;
  private static final int CENTERS = 8;

  private final DataSet data;
  private final FlatVectors vectors;

  FilterSets(DataSet data, FlatVectors vectors) {
    this.data = data;
    this.vectors = vectors;
  }

  /** Filters that allow about {@code share} of the nodes, for the first {@code queries} queries. */
  NodeFilter[] of(Kind kind, double share, int queries) {
    return switch (kind) {
      case RANDOM -> new NodeFilter[] {random(share)};
      case CORRELATED ->
          new Random(SEED)
              .ints(CENTERS, 0, vectors.size())
              .mapToObj(center -> ranked(data.base()[center], share, true))
              .toArray(NodeFilter[]::new);
      case ANTI_CORRELATED ->
          IntStream.range(0, queries)
              .mapToObj(q -> ranked(data.queries()[q], share, false))
              .toArray(NodeFilter[]::new);
    };
  }

  private NodeFilter random(double share) {
    Random random = new Random(SEED);
    BitSet nodes = new BitSet();
    for (int node = 0; node < vectors.size(); node++) {
      nodes.set(node, random.nextDouble() < share);
    }
    return NodeFilter.of(nodes);
  }

  private NodeFilter ranked(float[] center, double share, boolean nearest) {
    int size = vectors.size();
    Neighbors all = new ExactSearcher(vectors).search(center, size);
    BitSet nodes = new BitSet(size);
    for (int rank = 0; rank < Math.round(share * size); rank++) {
      nodes.set(all.node(nearest ? rank : size - 1 - rank));
    }
    return NodeFilter.of(nodes);
  }
}
