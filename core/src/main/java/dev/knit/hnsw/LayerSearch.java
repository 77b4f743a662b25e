package dev.knit.hnsw;

import dev.knit.vector.Distances;
import java.util.Arrays;

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

  final Beam beam = new Beam();
  private final HnswGraph graph;
  private final Distances distances;
  private final byte[] visited;
  private byte epoch;
  private final int[] batch;
  private final float[] keys;

  LayerSearch(HnswGraph graph, Distances distances) {
    this(graph, distances, null);
  }

  /** Takes over the memory of {@code previous}, which is of no use then; null for none. */
  LayerSearch(HnswGraph graph, Distances distances, LayerSearch previous) {
    boolean fits = previous != null && previous.visited.length >= graph.capacity();
    this.graph = graph;
    this.distances = distances;
    this.visited = fits ? previous.visited : new byte[graph.capacity()];
    this.epoch = fits ? previous.epoch : 0;
    this.batch = new int[2 * graph.slots(0) + 1];
    this.keys = new float[batch.length];
  }

  /** Forgets the search before and makes room for the {@code capacity} nearest. */
  void start(int capacity) {
    if (++epoch == 0) {
      Arrays.fill(visited, (byte) 0);
      epoch = 1;
    }
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
      distances.to(batch, 0, count, keys);
      count = near(count);
      for (int i = 0; i < count; i++) {
        beam.add(batch[i], keys[i]);
      }
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

  /** Adds the unvisited nodes of a list to the batch; which they are cannot be predicted. */
  private int gather(int[] lists, int offset, int slots, int before) {
    int count = before;
    for (int slot = offset; slot < offset + slots; slot++) {
      int neighbor = lists[slot];
      if (neighbor < 0) {
        break;
      }
      batch[count] = neighbor;
      count += visited[neighbor] == epoch ? 0 : 1;
      visited[neighbor] = epoch;
    }
    return count;
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
    boolean first = visited[node] != epoch;
    visited[node] = epoch;
    return first;
  }
}
