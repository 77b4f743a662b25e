package dev.knit.hnsw;

import java.util.Arrays;

/** Merges the subgraphs of a union on one level; see {@link GraphMerger} for the steps. */
final class LevelMerge {
  /** Fixed, so that the result does not depend on the number of threads. */
  private static final int CHUNK = 2048;

  private final HnswGraph graph;
  private final int level;
  private final int[] entryPoints;
  private final Workers<CrossWalk> workers;
  private final LevelOrder order;
  private final MergePlan plan;

  LevelMerge(
      HnswGraph graph,
      int level,
      int[] bases,
      int[] entryPoints,
      MergePlan plan,
      Workers<CrossWalk> workers) {
    this.graph = graph;
    this.level = level;
    this.entryPoints = entryPoints;
    this.workers = workers;
    this.order = new LevelOrder(graph, bases, level);
    this.plan = plan;
  }

  void run() {
    selectAmongHits();
    linkBack();
  }

  private void selectAmongHits() {
    HitPools pools = pools();
    walkForward(pools);
    walkBackward(pools);
    addTransposed(pools);
    forEachChunk(
        (worker, from, to) -> {
          for (int place = from; place < to; place++) {
            pools.select(place, graph, level, order.nodes[place], worker.selector());
          }
        });
  }

  private HitPools pools() {
    int[] capacities = new int[order.nodes.length];
    for (int subgraph = 0; subgraph < order.subgraphs(); subgraph++) {
      int start = order.starts[subgraph];
      Arrays.fill(capacities, start, order.starts[subgraph + 1], plan.candidates(subgraph));
    }
    return new HitPools(capacities.length, place -> capacities[place]);
  }

  /** From each subgraph into those behind it. */
  private void walkForward(HitPools pools) {
    forEachChunk(
        (worker, from, to) -> {
          int own = order.subgraphOf(from);
          for (int other = own + 1; other < order.subgraphs(); other++) {
            walk(worker, from, to, own, other, CrossWalk.KnownHits.NONE, pools);
          }
        });
  }

  /** From each subgraph into those before it, starting from the hits they had in it. */
  private void walkBackward(HitPools pools) {
    TransposedHits forward = new TransposedHits(order, pools);
    forEachChunk(
        (worker, from, to) -> {
          int own = order.subgraphOf(from);
          for (int other = 0; other < own; other++) {
            walk(worker, from, to, own, other, forward, pools);
          }
        });
  }

  private void walk(
      CrossWalk worker,
      int from,
      int to,
      int own,
      int other,
      CrossWalk.KnownHits known,
      HitPools pools) {
    if (plan.walks(own, other) && !order.isEmpty(other)) {
      MergeParams params = plan.params(own, other);
      worker.walk(params, order, level, from, to, entryPoints[other], known, pools);
    }
  }

  /** A hit counts for both ends, unless the other is of a much larger subgraph. */
  private void addTransposed(HitPools pools) {
    TransposedHits all = new TransposedHits(order, pools);
    forEachChunk(
        (worker, from, to) -> {
          for (int place = from; place < to; place++) {
            all.addTo(pools, place, plan);
          }
        });
  }

  private void linkBack() {
    ReverseEdges reverse = ReverseEdges.amongSelected(graph, level);
    for (int place = 0; place < order.nodes.length; place++) {
      int subgraph = order.subgraphOf(place);
      int start = order.starts[subgraph];
      int end = order.starts[subgraph + 1];
      reverse.addFrom(
          order.nodes[place],
          target -> order.places[target] < start || order.places[target] >= end);
    }
    reverse.link(workers);
  }

  private interface ChunkTask {
    void run(CrossWalk worker, int from, int to);
  }

  /** Runs a task for each stretch of at most {@value #CHUNK} places of one subgraph. */
  private void forEachChunk(ChunkTask task) {
    int[] firstChunk = new int[order.subgraphs() + 1];
    for (int i = 0; i < order.subgraphs(); i++) {
      int size = order.starts[i + 1] - order.starts[i];
      firstChunk[i + 1] = firstChunk[i] + (size + CHUNK - 1) / CHUNK;
    }
    workers.run(
        firstChunk[order.subgraphs()],
        (worker, chunk) -> {
          int subgraph = 0;
          while (firstChunk[subgraph + 1] <= chunk) {
            subgraph++;
          }
          int from = order.starts[subgraph] + (chunk - firstChunk[subgraph]) * CHUNK;
          task.run(worker, from, Math.min(from + CHUNK, order.starts[subgraph + 1]));
        });
  }
}
