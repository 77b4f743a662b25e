package dev.knit.hnsw;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * Inserts the nodes of level 0 by where they lie, so that what one search has read is in the
 * processor's caches for the next: of the time of a build most is waiting for memory.
 *
 * <p>Steps:
 *
 * <ol>
 *   <li>Each node descends from the entry point to level 1; the node where it arrives is its home.
 *   <li>Nodes are sorted by homes, these in depth-first order of level 1 ({@link LevelOrder}), and
 *       cut into {@value #COUNT} strips.
 *   <li>A batch is a run of nodes from each strip, which a task inserts one after another: each
 *       starts at its home and at the nodes that the run has inserted before it. It does not see
 *       those of the other runs, which lie elsewhere.
 *   <li>After each batch the way back of its edges is linked.
 * </ol>
 *
 * <p>Measured against insertion by number, int8, m 16, ef_construction 100: 200,000 SIFT vectors
 * take a quarter less CPU time, 20,000 as much; recall@10 is within 0.001 at the same distances,
 * but 0.02 lower when the nodes of a run do not see each other.
 */
final class Strips {
  static final int COUNT = 8;
  private static final int LONGEST_RUN = 64;

  /** A batch is at most 1/SHARE of the nodes that are in. */
  private static final int SHARE = 64;

  /** With fewer, strips would be too near each other. */
  static final int LEAST_NODES = COUNT * SHARE;

  private static final int TASK_NODES = 256;

  private final HnswGraph graph;
  private final int[] nodes;
  private final long[] homes; // entries, beside the nodes
  private final int length;

  private Strips(HnswGraph graph, int[] nodes, long[] homes) {
    this.graph = graph;
    this.nodes = nodes;
    this.homes = homes;
    length = (nodes.length + COUNT - 1) / COUNT;
  }

  /** The strips of nodes of level 0 that are not in yet; all above them are. */
  static Strips of(HnswGraph graph, int[] nodes, Workers<Inserter> workers) {
    long[] homes = homes(nodes, workers);
    ListOrder.sort(graph, workers);
    int[] places = new LevelOrder(graph, new int[] {0, graph.size()}, 1).places;
    long[] order = new long[nodes.length];
    Arrays.setAll(order, i -> (long) places[Entries.node(homes[i])] << 32 | i);
    Arrays.sort(order);
    return new Strips(
        graph,
        Arrays.stream(order).mapToInt(i -> nodes[(int) i]).toArray(),
        Arrays.stream(order).map(i -> homes[(int) i]).toArray());
  }

  /** The nodes, strip after strip. */
  int[] nodes() {
    return nodes;
  }

  private static long[] homes(int[] nodes, Workers<Inserter> workers) {
    long[] homes = new long[nodes.length];
    int tasks = (nodes.length + TASK_NODES - 1) / TASK_NODES;
    workers.run(
        tasks,
        (inserter, task) -> {
          int end = Math.min(nodes.length, (task + 1) * TASK_NODES);
          for (int i = task * TASK_NODES; i < end; i++) {
            homes[i] = inserter.home(nodes[i]);
          }
        });
    return homes;
  }

  /** Inserts them; {@code progress} is told how many nodes are in, of which {@code before} were. */
  void insert(int before, Workers<Inserter> workers, IntConsumer progress) {
    ReverseEdges reverse = new ReverseEdges(graph, 0);
    int inserted = before;
    for (int first = 0; first < length; ) {
      int from = first;
      int to = Math.min(length, first + run(inserted));
      workers.run(
          COUNT,
          (inserter, strip) -> inserter.insert(nodes, homes, place(strip, from), place(strip, to)));
      inserted += link(from, to, reverse, workers);
      progress.accept(inserted);
      first = to;
    }
  }

  private static int run(int inserted) {
    return Math.max(1, Math.min(LONGEST_RUN, inserted / (COUNT * SHARE)));
  }

  /** Where a place of a strip is among all nodes. */
  private int place(int strip, int at) {
    return (int) Math.min(nodes.length, (long) strip * length + at);
  }

  private int link(int from, int to, ReverseEdges reverse, Workers<Inserter> workers) {
    int count = 0;
    reverse.clear();
    for (int strip = 0; strip < COUNT; strip++) {
      for (int i = place(strip, from); i < place(strip, to); i++) {
        reverse.addFrom(nodes[i], target -> true);
        count++;
      }
    }
    reverse.link(workers);
    return count;
  }
}
