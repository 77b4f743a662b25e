package dev.knit.hnsw;

import dev.knit.vector.VectorValues;
import java.util.List;

/**
 * Searches between two cells: the routed nodes of the first search in the second ({@link
 * CellWalk}); those of the second search in the first, starting from the hits they had, at
 * distances that are known. All hits count for both ends, the {@code m} nearest of each node are
 * passed on. For one thread.
 */
final class PairWalk {
  private final HnswGraph graph;
  private final int[] bases;
  private final int[] entryPoints;
  private final CellWalk walk;
  private final Route fromFirst;
  private final Route fromSecond;

  /**
   * A walk between two subgraphs that have their lengths and the same m.
   *
   * @param vectors those of the first, then of the second
   * @param fromFirst nodes of the first that search in the second
   * @param fromSecond the other way
   */
  PairWalk(
      VectorValues vectors,
      List<HnswGraph> subgraphs,
      CellParams params,
      Route fromFirst,
      Route fromSecond) {
    this.graph = GraphCopy.union(subgraphs);
    this.bases = GraphCopy.bases(subgraphs);
    this.entryPoints = GraphCopy.entryPoints(subgraphs);
    this.fromFirst = fromFirst;
    this.fromSecond = fromSecond;
    this.walk = new CellWalk(graph, vectors, params, fromFirst.size() + fromSecond.size());
    if (graph.size() != vectors.size()) {
      throw new IllegalArgumentException(
          "There are %d vectors for %d nodes.".formatted(vectors.size(), graph.size()));
    }
  }

  CellWalk walk() {
    return walk;
  }

  CandidateEdges run() {
    CandidateEdges found = new CandidateEdges();
    walk.search(fromFirst, entryPoints[1], null, found);
    addBack(found, 0);
    int forward = found.size();
    HitGroups known = group(found, 1);
    walk.search(fromSecond, entryPoints[0], known, found);
    addBack(found, forward);
    CandidateEdges nearest = new CandidateEdges();
    group(found, 0).nearest(graph.m(), nearest);
    group(found, 1).nearest(graph.m(), nearest);
    return nearest;
  }

  private static void addBack(CandidateEdges edges, int from) {
    int end = edges.size();
    for (int i = from; i < end; i++) {
      edges.addBack(i);
    }
  }

  private HitGroups group(CandidateEdges edges, int cell) {
    return new HitGroups(edges, bases[cell], bases[cell + 1] - bases[cell]);
  }
}
