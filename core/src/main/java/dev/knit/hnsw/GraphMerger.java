package dev.knit.hnsw;

import dev.knit.vector.VectorValues;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Merges subgraphs into one graph, in the way of IGTM (Ponomarenko, arXiv:2505.16064, §4): each
 * node finds its neighbors in the other subgraphs by a short local search that starts from the hits
 * of a neighbor, so that most of the work of inserting it is saved. Walks between subgraphs of
 * about equal size measure only what sketches of the edges of level 0 do not tell to be too far
 * ({@link BuildSketches}), which take about a kB a node meanwhile.
 *
 * <p>Steps, for each level from 0 up:
 *
 * <ol>
 *   <li>The nodes of each subgraph are put in depth-first order by the lengths of their edges
 *       ({@link LevelOrder}); fixed stretches of it are walked in parallel.
 *   <li>Forward: each node searches in every subgraph behind its own ({@link CrossWalk}).
 *   <li>Backward: each node searches in every subgraph before its own, starting from the nodes that
 *       hit it, whose distances are known ({@link TransposedHits}).
 *   <li>All hits count for both ends. Each node selects among its own neighbors and its hits
 *       (Algorithm 4, with early exit and without filling up).
 *   <li>New edges get their way back ({@link ReverseEdges}), which the paper leaves out; without it
 *       some nodes are never pointed to.
 * </ol>
 *
 * <p>Then nodes with equal vectors become one ({@link Contraction}) and unreachable nodes are
 * attached ({@link Connectivity}). Nodes are numbered on from subgraph to subgraph, without those
 * that became one with an earlier node. The entry point is the lowest node of the highest level,
 * and of a flat graph, all of whose nodes are on level 0, the one nearest to the mean. The result
 * is the same for any number of threads. Levels stay as they are.
 *
 * <p>Not thread-safe; each call starts its own threads and ends them.
 */
public final class GraphMerger {
  private final int threads;
  private final IntConsumer progress;

  /** A merger that works on {@code threads} threads. */
  public GraphMerger(int threads) {
    this(threads, level -> {});
  }

  /** A merger that also tells {@code progress} each level it has merged, from 0 up. */
  public GraphMerger(int threads, IntConsumer progress) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads (%d) must be at least 1.".formatted(threads));
    }
    this.threads = threads;
    this.progress = progress;
  }

  /**
   * Merges {@code subgraphs}, which have their lengths and the same m.
   *
   * @param vectors those of all nodes, subgraph after subgraph
   * @throws IllegalArgumentException when there is no subgraph, they differ in m, one was stored
   *     without lengths, or there are more or fewer vectors than nodes
   */
  public MergedGraph merge(VectorValues vectors, List<HnswGraph> subgraphs) {
    if (subgraphs.isEmpty()) {
      throw new IllegalArgumentException("There is no subgraph to merge.");
    }
    return merge(vectors, subgraphs, MergeParams.of(subgraphs.size()));
  }

  MergedGraph merge(VectorValues vectors, List<HnswGraph> subgraphs, MergeParams params) {
    HnswGraph union = GraphCopy.unionOfStored(subgraphs);
    if (union.size() != vectors.size()) {
      throw new IllegalArgumentException(
          "There are %d vectors for %d nodes.".formatted(vectors.size(), union.size()));
    }
    int[] bases = GraphCopy.bases(subgraphs);
    MergePlan plan = new MergePlan(bases, params, MergeParams.SMALL);
    boolean allHaveLengths = subgraphs.stream().allMatch(graph -> graph.lengths(0) != null);
    int[] entryPoints = GraphCopy.entryPoints(subgraphs);
    try (Workers<CrossWalk> workers = new Workers<>(threads, () -> new CrossWalk(union, vectors))) {
      BuildSketches sketches = BuildSketches.of(union, vectors, bases, plan, workers);
      if (sketches != null) {
        workers.all().forEach(walk -> walk.sketched(sketches));
      }
      for (int level = 0; level <= union.maxLevel(); level++) {
        new LevelMerge(union, level, bases, entryPoints, plan, workers).run();
        progress.accept(level);
      }
      Contraction contraction = Contraction.of(union, vectors);
      long connection = enterFlat(contraction.graph(), contraction.vectors());
      connection += HnswBuilder.finish(contraction.graph(), contraction.vectors(), workers);
      return new MergedGraph(
          allHaveLengths ? contraction.graph() : contraction.graph().withoutLengths(),
          contraction.vectors(),
          contraction.nodes(),
          costs(workers, contraction, connection));
    }
  }

  /** Makes the medoid the entry point where there is one level; returns the distances. */
  static long enterFlat(HnswGraph graph, VectorValues vectors) {
    if (graph.maxLevel() != 0) {
      return 0;
    }
    Medoid medoid = Medoid.of(vectors);
    graph.entryPoint(medoid.node());
    return medoid.distanceComputations();
  }

  private static MergedGraph.Costs costs(
      Workers<CrossWalk> workers, Contraction contraction, long connection) {
    long search = 0;
    long selection = contraction.distanceComputations();
    long jumps = 0;
    for (CrossWalk worker : workers.all()) {
      search += worker.searchDistances();
      selection += worker.selector().distanceComputations();
      jumps += worker.jumps();
    }
    return new MergedGraph.Costs(search, selection, connection, jumps);
  }
}
