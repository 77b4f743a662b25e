package dev.knit.hnsw;

import dev.knit.vector.VectorValues;
import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * Builds a graph by insertion: Algorithm 1 with the neighbor selection of Algorithm 4, in batches
 * that any number of threads work on with the same result (in the way of ParlayANN, Manohar et al.,
 * arXiv:2305.04359, §3).
 *
 * <p>Steps:
 *
 * <ol>
 *   <li>Nodes are inserted from the highest level to the lowest, and within a level as an {@link
 *       InsertionOrder} says, so that the first is the entry point for good. Where all are on level
 *       0, a flat graph, the node nearest to the mean of all vectors is the first.
 *   <li>A batch is at most 1/{@value #BATCH_SHARE} of the nodes that are in. Each of its nodes, in
 *       parallel, searches the graph as it stood before the batch and selects its m neighbors per
 *       level. Behind the first quarter, nodes of level 0 go in larger batches, of which each task
 *       inserts nodes that lie near each other and sees them ({@link Strips}); {@value
 *       Strips#COUNT} threads at most have work there.
 *   <li>The way back of all these edges is added, grouped by target ({@link ReverseEdges}).
 *   <li>At the end lists are put in order of distance and unreachable nodes are attached ({@link
 *       Connectivity}).
 * </ol>
 *
 * <p>Neighbors are searched by sketches of the edges of level 0 ({@link BuildSketches}), which
 * leave most nodes unmeasured and take 2 bytes a bit and 4 bytes an edge slot and word of 32 bits
 * while it works: 1 kB a node at m 16 and 128 dimensions; unless there are few nodes, few
 * dimensions or the metric is {@code l1}.
 *
 * <p>Vectors should differ: copies beyond 2m of one vector only see each other. Not thread-safe;
 * each call starts its own threads and ends them.
 */
public final class HnswBuilder {
  static final int BATCH_SHARE = 256;

  /**
   * This share of the nodes goes by number, so that they get the long edges of an order by chance:
   * without, recall@10 of 40,000 MNIST images at ef 64 is 0.001 lower, and no build is faster.
   */
  private static final int BY_NUMBER_SHARE = 4;

  private static final int MAX_BATCH = 1024;
  private static final int TASK_NODES = 16;

  private final HnswParams params;
  private final int threads;
  private final IntConsumer progress;
  private final InsertionOrder order;
  private final boolean sketched;
  private long distanceComputations;

  /** A builder that works on {@code threads} threads. */
  public HnswBuilder(HnswParams params, int threads) {
    this(params, threads, inserted -> {});
  }

  /** A builder that also tells {@code progress} how many nodes are in, from the calling thread. */
  public HnswBuilder(HnswParams params, int threads, IntConsumer progress) {
    this(params, threads, progress, InsertionOrder.NEARBY, true);
  }

  private HnswBuilder(
      HnswParams params,
      int threads,
      IntConsumer progress,
      InsertionOrder order,
      boolean sketched) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads (%d) must be at least 1.".formatted(threads));
    }
    this.params = params;
    this.threads = threads;
    this.progress = progress;
    this.order = order;
    this.sketched = sketched;
  }

  /** A new builder like this one that inserts the nodes of a level in another order. */
  public HnswBuilder order(InsertionOrder other) {
    return new HnswBuilder(params, threads, progress, other, sketched);
  }

  /** A new builder like this one that measures every distance, for less memory. */
  public HnswBuilder withoutSketches() {
    return new HnswBuilder(params, threads, progress, order, false);
  }

  /**
   * The graph over all {@code vectors}; node n is on the levels {@code 0 … levels[n]}, see {@link
   * Levels}. It keeps {@code levels}.
   *
   * @throws IllegalArgumentException when there are more or fewer levels than vectors
   */
  public HnswGraph build(VectorValues vectors, byte[] levels) {
    return extend(new HnswGraph(params.m(), new byte[0]), vectors, levels);
  }

  /**
   * A graph that holds {@code base} and the vectors behind it: those of the nodes {@code
   * base.size() … vectors.size() − 1} are inserted into a copy. {@code base} must have its lengths.
   *
   * @throws IllegalArgumentException when the levels do not fit the vectors, or {@code base} has
   *     another m or no lengths
   */
  public HnswGraph extend(HnswGraph base, VectorValues vectors, byte[] levels) {
    if (levels.length != vectors.size()) {
      throw new IllegalArgumentException(
          "There are %d levels for %d vectors.".formatted(levels.length, vectors.size()));
    }
    HnswGraph graph = GraphCopy.enlarged(base, params.m(), levels);
    try (Workers<Inserter> workers =
        new Workers<>(threads, () -> new Inserter(graph, vectors, params))) {
      if (sketched && BuildSketches.pay(vectors, base.size(), vectors.size() - base.size())) {
        BuildSketches sketches = BuildSketches.of(graph, vectors, workers);
        workers.all().forEach(worker -> worker.sketched(sketches));
      }
      BuildOrder nodes = BuildOrder.of(order, vectors, levels, base.size(), workers);
      insert(graph, nodes, workers);
      distanceComputations += nodes.distanceComputations();
      distanceComputations += finish(graph, vectors, workers);
      for (Inserter worker : workers.all()) {
        distanceComputations += worker.distanceComputations();
      }
    }
    return graph;
  }

  private void insert(HnswGraph graph, BuildOrder order, Workers<Inserter> workers) {
    int[] nodes = order.nodes();
    int before = graph.size() - nodes.length;
    int byNumber = byNumber(order, graph, before);
    insert(graph, Arrays.copyOf(nodes, byNumber), before, workers, progress);
    if (byNumber < nodes.length) {
      int[] others = Arrays.copyOfRange(nodes, byNumber, nodes.length);
      Strips.of(graph, others, workers).insert(before + byNumber, workers, progress);
    }
  }

  /** How many nodes go in their order; the others go by where they lie. */
  private int byNumber(BuildOrder nodes, HnswGraph graph, int before) {
    int count = nodes.nodes().length;
    int above = nodes.above(graph.levels());
    boolean flat = above == 0 && graph.maxLevel() <= 0;
    if (order != InsertionOrder.NEARBY || flat) {
      return count;
    }
    int inserted = Math.max(Strips.LEAST_NODES, graph.size() / BY_NUMBER_SHARE);
    return Math.min(count, Math.max(above, inserted - before));
  }

  /** How many distances all calls so far have computed. */
  public long distanceComputations() {
    return distanceComputations;
  }

  /** Puts lists in order of distance and attaches what is unreachable; returns the distances. */
  static <W extends ReverseEdges.Linker> long finish(
      HnswGraph graph, VectorValues vectors, Workers<W> workers) {
    if (graph.size() == 0) {
      return 0;
    }
    Connectivity connectivity = new Connectivity(graph, vectors);
    connectivity.repair();
    ListOrder.sort(graph, workers);
    return connectivity.distanceComputations();
  }

  /**
   * Inserts nodes in batches.
   *
   * @param order from the highest level to the lowest
   * @param before how many nodes are in
   */
  static void insert(
      HnswGraph graph, int[] order, int before, Workers<Inserter> workers, IntConsumer progress) {
    ReverseEdges[] reverse = new ReverseEdges[Levels.MAX + 1];
    for (int first = 0; first < order.length; ) {
      int end = first + batchSize(graph, order, first, before + first);
      insertBatch(graph, order, first, end, workers);
      for (int level = 0; level <= Math.min(graph.level(order[first]), graph.maxLevel()); level++) {
        if (reverse[level] == null) {
          reverse[level] = new ReverseEdges(graph, level);
        }
        link(graph, order, first, end, level, reverse[level], workers);
      }
      if (graph.level(order[first]) > graph.maxLevel()) {
        graph.entryPoint(order[first]);
      }
      first = end;
      progress.accept(before + first);
    }
  }

  private static int batchSize(HnswGraph graph, int[] order, int first, int inserted) {
    int most = batchSize(graph, graph.level(order[first]), inserted);
    return Math.min(most, order.length - first);
  }

  /**
   * How many nodes a batch may have whose first is on {@code level}, the highest among them. A node
   * above all others goes alone, since it becomes the entry point.
   */
  static int batchSize(HnswGraph graph, int level, int inserted) {
    boolean above = level > graph.maxLevel();
    return above ? 1 : Math.max(1, Math.min(MAX_BATCH, inserted / BATCH_SHARE));
  }

  private static void insertBatch(
      HnswGraph graph, int[] order, int first, int end, Workers<Inserter> workers) {
    if (graph.entryPoint() == HnswGraph.NONE) {
      return;
    }
    int tasks = (end - first + TASK_NODES - 1) / TASK_NODES;
    workers.run(
        tasks,
        (inserter, task) -> {
          int from = first + task * TASK_NODES;
          for (int i = from; i < Math.min(end, from + TASK_NODES); i++) {
            inserter.insert(order[i]);
          }
        });
  }

  private static void link(
      HnswGraph graph,
      int[] order,
      int first,
      int end,
      int level,
      ReverseEdges reverse,
      Workers<Inserter> workers) {
    reverse.clear();
    for (int i = first; i < end && graph.level(order[i]) >= level; i++) {
      reverse.addFrom(order[i], target -> true);
    }
    reverse.link(workers);
  }
}
