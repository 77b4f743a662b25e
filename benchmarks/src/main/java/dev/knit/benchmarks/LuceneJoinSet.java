package dev.knit.benchmarks;

import dev.knit.hnsw.HnswGraph;
import dev.knit.vector.Distances;
import dev.knit.vector.VectorValues;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.lucene.util.hnsw.HnswGraphBuilder;
import org.apache.lucene.util.hnsw.MergingHnswGraphBuilder;
import org.apache.lucene.util.hnsw.OnHeapHnswGraph;
import org.apache.lucene.util.hnsw.RandomVectorScorerSupplier;
import org.apache.lucene.util.hnsw.UpdateableRandomVectorScorer;

/**
 * Lucene's own merge of graphs by a join set ({@link MergingHnswGraphBuilder}), of halves that
 * Lucene built, over Knit's vectors, whose distances are counted. On one thread.
 *
 * <p>Compiled, and to be run, on JDK 21 or later.
 */
final class LuceneJoinSet implements HalvesMerge {
  private static final long SEED = 42; // Lucene's default

  @Override
  public Merged merge(VectorValues vectors, int m, int efConstruction) throws IOException {
    int size = vectors.size();
    int[] first = IntStream.range(0, size - size / 2).toArray();
    int[] second = IntStream.range(size - size / 2, size).toArray();
    OnHeapHnswGraph[] halves = new OnHeapHnswGraph[2];
    for (int half = 0; half < 2; half++) {
      int[] nodes = half == 0 ? first : second;
      halves[half] =
          HnswGraphBuilder.create(new Scorers(vectors.select(nodes)), m, efConstruction, SEED)
              .build(nodes.length);
    }
    Scorers scorers = new Scorers(vectors);
    OnHeapHnswGraph merged =
        MergingHnswGraphBuilder.fromGraphs(
                scorers, m, efConstruction, SEED, halves, new int[][] {first, second}, size, null)
            .build(size);
    return new Merged(graph(merged, m), scorers.computed());
  }

  /** Lucene's graph as one of Knit's. */
  private static HnswGraph graph(OnHeapHnswGraph lucene, int m) {
    byte[] levels = new byte[lucene.size()];
    for (int node = 0; node < levels.length; node++) {
      while (lucene.nodeExistAtLevel(levels[node] + 1, node)) {
        levels[node]++;
      }
    }
    int[] level0 = new int[2 * m * levels.length];
    Arrays.fill(level0, -1);
    int upperLists = IntStream.range(0, levels.length).map(node -> levels[node]).sum();
    int[] upper = new int[m * upperLists];
    Arrays.fill(upper, -1);
    for (int node = 0, at = 0; node < levels.length; node++) {
      copy(lucene, 0, node, level0, 2 * m * node);
      for (int level = 1; level <= levels[node]; level++, at += m) {
        copy(lucene, level, node, upper, at);
      }
    }
    return HnswGraph.of(m, levels, lucene.entryNode(), level0, upper, null);
  }

  private static void copy(OnHeapHnswGraph lucene, int level, int node, int[] lists, int at) {
    var neighbors = lucene.getNeighbors(level, node);
    System.arraycopy(neighbors.nodes(), 0, lists, at, neighbors.size());
  }

  /** Lucene's scores, greater for nearer, of Knit's distances. */
  private static final class Scorers implements RandomVectorScorerSupplier {
    private final VectorValues vectors;
    private final List<Distances> all = new ArrayList<>();

    Scorers(VectorValues vectors) {
      this.vectors = vectors;
    }

    long computed() {
      return all.stream().mapToLong(Distances::computed).sum();
    }

    @Override
    public UpdateableRandomVectorScorer scorer() {
      Distances distances = vectors.distances();
      all.add(distances);
      return new Scorer(distances, vectors.size());
    }

    @Override
    public RandomVectorScorerSupplier copy() {
      return this;
    }
  }

  private record Scorer(Distances distances, int maxOrd) implements UpdateableRandomVectorScorer {
    @Override
    public void setScoringOrdinal(int node) {
      distances.fromNode(node);
    }

    @Override
    public float score(int node) {
      return 1 / (2 + distances.to(node)); // above 0 for keys from -1, those of cosine, on
    }
  }
}
