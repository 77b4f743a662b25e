package dev.knit.hnsw;

import dev.knit.vector.VectorValues;
import java.util.List;

/**
 * Merges the subgraphs of cells into one graph. Most neighbors of a node are in its own cell, so
 * that only nodes near a border look into the cells behind it.
 *
 * <p>Steps, on level 0:
 *
 * <ol>
 *   <li>{@link RoutedNodes} tells which nodes look into which cells.
 *   <li>Each pair of cells is a task of its own that reads the two subgraphs only: the routed nodes
 *       of the first search in the second ({@link CellWalk}); those of the second search in the
 *       first, starting from the hits they had, at distances that are known. All hits count for
 *       both ends, the {@code m} nearest of each node are passed on.
 *   <li>Each node looks around its neighbors in its own cell, which a subgraph that was built with
 *       a narrow beam gains from.
 *   <li>Each node selects among its own neighbors and the nearest of its hits from all pairs
 *       (Algorithm 4, with early exit and without filling up), and new edges to other cells get
 *       their way back ({@link ReverseEdges}).
 * </ol>
 *
 * <p>The levels above are built anew from their few nodes, which also get some long edges on level
 * 0 ({@link UpperLevels}), and what is unreachable then is attached ({@link Connectivity}). The
 * result is the same for any number of threads. Routing only to near borders, and to merge only
 * such pairs, is in the way of RNSM with MOS (arXiv:2602.17099); to turn hits round, of HNSW-Merger
 * (doi:10.1145/3786645).
 */
final class CellMerger {
  /** How many pairs are merged before their hits are collected: bounds the memory they take. */
  private static final int PAIRS_AT_ONCE = 64;

  private static final int TASK_NODES = 1024;

  private final HnswGraph graph;
  private final VectorValues vectors;
  private final CellParams params;
  private final int[] bases;
  private final int[] entryPoints;
  private final HitPools pools;

  /**
   * A merge of {@code subgraphs}, which have their lengths and the same m.
   *
   * @param vectors those of all nodes, cell after cell
   */
  CellMerger(VectorValues vectors, List<HnswGraph> subgraphs, CellParams params) {
    this.graph = GraphCopy.union(subgraphs);
    this.vectors = vectors;
    this.params = params;
    this.bases = GraphCopy.bases(subgraphs);
    this.entryPoints = GraphCopy.entryPoints(subgraphs);
    this.pools = new HitPools(graph.size(), params.candidates());
    if (graph.size() != vectors.size()) {
      throw new IllegalArgumentException(
          "There are %d vectors for %d nodes.".formatted(vectors.size(), graph.size()));
    }
  }

  /** Merges; nodes are numbered on from cell to cell. */
  MergedGraph merge(CellRoutes routes, int threads) {
    LevelOrder order = new LevelOrder(graph, bases, 0);
    List<RoutedNodes.Pair> pairs = new RoutedNodes(graph, order, routes, vectors.metric()).pairs();
    try (Workers<CellWalk> workers =
        new Workers<>(threads, () -> new CellWalk(graph, vectors, params))) {
      collect(workers, pairs.size(), (walk, task) -> walkPair(walk, pairs.get(task)));
      collect(workers, entryPoints.length, this::refine);
      workers.run((graph.size() + TASK_NODES - 1) / TASK_NODES, (walk, task) -> select(walk, task));
      linkBack(workers);
      long connection = UpperLevels.build(graph, vectors, params.upper(), threads);
      connection += GraphMerger.enterFlat(graph, vectors);
      connection += HnswBuilder.finish(graph, vectors, workers);
      return new MergedGraph(graph, vectors, null, costs(workers, connection));
    }
  }

  private interface Search {
    CandidateEdges run(CellWalk walk, int task);
  }

  private void collect(Workers<CellWalk> workers, int tasks, Search search) {
    for (int first = 0; first < tasks; first += PAIRS_AT_ONCE) {
      int base = first;
      CandidateEdges[] found = new CandidateEdges[Math.min(PAIRS_AT_ONCE, tasks - first)];
      workers.run(found.length, (walk, task) -> found[task] = search.run(walk, base + task));
      for (CandidateEdges edges : found) {
        for (int i = 0; i < edges.size(); i++) {
          pools.add(edges.node(i), edges.entry(i));
        }
      }
    }
  }

  private CandidateEdges walkPair(CellWalk walk, RoutedNodes.Pair pair) {
    CandidateEdges found = new CandidateEdges();
    walk.search(pair.fromFirst(), entryPoints[pair.second()], null, found);
    addBack(found, 0);
    int forward = found.size();
    HitGroups known = group(found, pair.second());
    walk.search(pair.fromSecond(), entryPoints[pair.first()], known, found);
    addBack(found, forward);
    CandidateEdges nearest = new CandidateEdges();
    group(found, pair.first()).nearest(graph.m(), nearest);
    group(found, pair.second()).nearest(graph.m(), nearest);
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

  private CandidateEdges refine(CellWalk walk, int cell) {
    CandidateEdges found = new CandidateEdges();
    walk.refine(bases[cell], bases[cell + 1], found);
    return found;
  }

  private void select(CellWalk walk, int task) {
    int from = task * TASK_NODES;
    for (int node = from; node < Math.min(graph.size(), from + TASK_NODES); node++) {
      if (pools.count(node) > 0) {
        pools.select(node, graph, 0, node, walk.selector());
      }
    }
  }

  private void linkBack(Workers<CellWalk> workers) {
    ReverseEdges reverse = new ReverseEdges(graph, 0);
    for (int cell = 0; cell < entryPoints.length; cell++) {
      int from = bases[cell];
      int to = bases[cell + 1];
      for (int node = from; node < to; node++) {
        reverse.addFrom(node, target -> target < from || target >= to);
      }
    }
    reverse.link(workers);
  }

  private static MergedGraph.Costs costs(Workers<CellWalk> workers, long connection) {
    long search = 0;
    long selection = 0;
    long jumps = 0;
    for (CellWalk walk : workers.all()) {
      search += walk.searchDistances();
      selection += walk.selector().distanceComputations();
      jumps += walk.jumps();
    }
    return new MergedGraph.Costs(search, selection, connection, jumps);
  }
}
