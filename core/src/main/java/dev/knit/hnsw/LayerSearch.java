package dev.knit.hnsw;

import dev.knit.vector.Distances;

/**
 * Algorithm 2, SEARCH-LAYER, over the graph of one level, and the descent through levels that
 * Algorithms 1 and 5 begin with. The neighbors of a hop are gathered first and measured together.
 * On the way down the beam keeps all that was measured, so no distance is computed twice and level
 * 0 starts with what the upper levels found.
 *
 * <p>The graph's lists may change between searches, never during one. For one thread.
 */
final class LayerSearch {
  private static final int NONE = -1;

  /**
   * The least ef at which two nodes are expanded at once: narrow beams would often do it in vain.
   */
  private static final int TWO_A_STEP = 16;

  /** Nodes that are expanded at once where lists are sketched, which costs little when in vain. */
  private static final int SKETCHED_A_STEP = 3;

  final Beam beam = new Beam();
  private final HnswGraph graph;
  private final Distances distances;
  private final VisitedNodes visited;
  private final int[] batch;
  private final float[] keys;
  private final int[] expanded = new int[SKETCHED_A_STEP];
  private final float[] expandedKeys = new float[SKETCHED_A_STEP];
  private SketchedLists sketched; // null where neighbors are not sketched

  LayerSearch(HnswGraph graph, Distances distances) {
    this(graph, distances, null);
  }

  /** Takes over the memory of {@code previous}, which is of no use then; null for none. */
  LayerSearch(HnswGraph graph, Distances distances, LayerSearch previous) {
    boolean fits = previous != null && previous.visited.holds(graph.capacity());
    this.graph = graph;
    this.distances = distances;
    this.visited = fits ? previous.visited : new VisitedNodes(graph.capacity());
    this.batch = new int[SKETCHED_A_STEP * graph.slots(0) + 1];
    this.keys = new float[batch.length];
  }

  /** Leaves out neighbors on level 0 that these lists tell to be too far; null for none. */
  void sketched(SketchedLists lists) {
    sketched = lists;
  }

  /** Forgets the search before and makes room for the {@code capacity} nearest. */
  void start(int capacity) {
    visited.clear();
    beam.reset(capacity);
  }

  /** Takes {@code node} as an entry point, unless it is one already. */
  void enter(int node) {
    if (visit(node)) {
      beam.add(node, distances.to(node));
    }
  }

  /** Takes a node at a known distance as an entry point, unless it is one already. */
  void enter(int node, float key) {
    if (visit(node)) {
      beam.add(node, key);
    }
  }

  /** Takes those of {@code nodes[from … to − 1]} as entry points that are none yet. */
  void enter(int[] nodes, int from, int to) {
    for (int i = from; i < to; i += batch.length) {
      int count = Math.min(batch.length, to - i);
      System.arraycopy(nodes, i, batch, 0, count);
      measure(visited.visit(batch, 0, count));
    }
  }

  /** Greedy descent from {@code entryPoint} on level {@code from} to the level above {@code to}. */
  void descend(int entryPoint, int from, int to) {
    enter(entryPoint);
    for (int level = from; level > to; level--) {
      run(level, 1);
      beam.reopen();
    }
  }

  /** Expands until the {@code ef} nearest found are all expanded. */
  void run(int level, int ef) {
    if (level == 0 && sketched != null) {
      runSketched(ef);
    } else {
      runPlain(level, ef);
    }
  }

  private void runSketched(int ef) {
    int step = ef < TWO_A_STEP ? 1 : SKETCHED_A_STEP;
    for (int nodes = expand(ef, step); nodes > 0; nodes = expand(ef, step)) {
      float limit = beam.limit();
      int count = 0;
      for (int i = 0; i < nodes; i++) {
        count = sketched.near(expanded[i], expandedKeys[i], limit, batch, count);
      }
      measure(visited.visit(batch, 0, count));
    }
  }

  /** Takes note of the next nodes to expand and reads their blocks; returns how many there are. */
  private int expand(int ef, int most) {
    int count = 0;
    for (; count < most; count++) {
      int node = beam.expandNext(ef);
      if (node < 0) {
        break;
      }
      expanded[count] = node;
      expandedKeys[count] = beam.expandedKey();
      sketched.touch(node);
    }
    return count;
  }

  private void runPlain(int level, int ef) {
    int[] lists = graph.lists(level);
    int slots = graph.slots(level);
    boolean growing = graph.size() < graph.capacity();
    for (int node = beam.expandNext(ef); node >= 0; node = beam.expandNext(ef)) {
      int count = gather(lists, graph.offset(level, node), slots, 0);
      int second = ef < TWO_A_STEP ? NONE : beam.expandNext(ef);
      if (second >= 0) {
        count = gather(lists, graph.offset(level, second), slots, count);
      }
      if (growing) {
        count = known(count);
      }
      measure(count);
    }
  }

  private void measure(int count) {
    distances.to(batch, 0, count, keys);
    int near = near(count);
    for (int i = 0; i < near; i++) {
      beam.add(batch[i], keys[i]);
    }
  }

  /** Leaves out of the batch what is too far for the beam; which that is cannot be predicted. */
  private int near(int count) {
    float limit = beam.limit();
    int near = 0;
    for (int i = 0; i < count; i++) {
      float key = keys[i];
      batch[near] = batch[i];
      keys[near] = key;
      near += key <= limit ? 1 : 0;
    }
    return near;
  }

  /**
   * Adds the unvisited nodes of a list to the batch; returns how many are in it then. Reads each
   * slot once, since a live graph may change meanwhile.
   */
  private int gather(int[] lists, int offset, int slots, int before) {
    int count = before;
    for (int slot = offset; slot < offset + slots; slot++) {
      int neighbor = lists[slot];
      if (neighbor < 0) {
        break;
      }
      batch[count++] = neighbor;
    }
    return before + visited.visit(batch, before, count - before);
  }

  /** Leaves out of the batch what was inserted behind the nodes of this view. */
  private int known(int count) {
    int known = 0;
    for (int i = 0; i < count; i++) {
      batch[known] = batch[i];
      known += batch[i] < graph.size() ? 1 : 0;
    }
    return known;
  }

  /** Marks {@code node} as visited; whether it was not before. */
  boolean visit(int node) {
    return visited.visit(node);
  }
}
