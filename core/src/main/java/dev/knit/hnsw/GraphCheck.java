package dev.knit.hnsw;

import dev.knit.vector.Distances;
import dev.knit.vector.Metric;
import dev.knit.vector.VectorValues;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Checks that a graph is what {@link HnswGraph} says it is and that searches can reach all of it.
 * No list can be over its capacity, since lists stand in slots; a list that goes on behind its end
 * is counted instead.
 */
public final class GraphCheck {
  /** Other processors add in another order; a length may differ by this share. */
  private static final float TOLERANCE = 1e-4f;

  private final HnswGraph graph;
  private final Distances distances; // null without vectors
  private final float scale; // what the tolerance is a share of; 0 for the length itself
  private final float[] measured;

  private GraphCheck(HnswGraph graph, VectorValues vectors) {
    this.graph = graph;
    this.distances = vectors == null ? null : vectors.distances();
    this.scale = vectors == null ? 0 : scale(vectors);
    this.measured = new float[graph.slots(0)];
  }

  /** Dot products round by the size of vectors, not by how near they are. */
  private static float scale(VectorValues vectors) {
    if (vectors.metric() == Metric.COSINE || vectors.exact() == vectors || vectors.size() == 0) {
      return vectors.metric() == Metric.COSINE ? 1 : 0;
    }
    float[] keys = new float[Math.min(vectors.size(), Distances.RANGE)];
    Distances distances = vectors.distances();
    distances.fromNode(0);
    distances.toRange(0, keys.length, keys);
    float most = 0;
    for (float key : keys) {
      most = Math.max(most, key);
    }
    return most;
  }

  /** Checks a graph on its own. */
  public static GraphReport of(HnswGraph graph) {
    return new GraphCheck(graph, null).report(graph.size());
  }

  /**
   * Checks also that there is a vector for each node and that lists and lengths agree with the
   * distances between vectors. Computes the distance of every link.
   */
  public static GraphReport of(HnswGraph graph, VectorValues vectors) {
    boolean fits = vectors.size() == graph.size();
    return new GraphCheck(graph, fits ? vectors : null).report(vectors.size());
  }

  private GraphReport report(int vectors) {
    int highest = -1;
    for (byte level : graph.levels()) {
      highest = Math.max(highest, level);
    }
    List<GraphReport.Level> levels = new ArrayList<>();
    for (int level = 0; level <= highest; level++) {
      levels.add(new LevelCheck(level).report());
    }
    return new GraphReport(graph.size(), vectors, graph.entryPoint(), levels);
  }

  /** The counts of one level. */
  private final class LevelCheck {
    private final int level;
    private final int slots;
    private final int[] lists;
    private final float[] lengths;

    /** The last node in whose list each node was seen. */
    private final int[] seenBy = new int[graph.size()];

    private int nodes;
    private int minDegree = Integer.MAX_VALUE;
    private int maxDegree;
    private long links;
    private long selfLinks;
    private long duplicateLinks;
    private long strayLinks;
    private int brokenLists;
    private int unorderedLists;
    private long wrongLengths;

    LevelCheck(int level) {
      this.level = level;
      this.slots = graph.slots(level);
      this.lists = graph.lists(level);
      this.lengths = graph.lengths(level);
      Arrays.fill(seenBy, HnswGraph.NONE);
    }

    GraphReport.Level report() {
      for (int node = 0; node < graph.size(); node++) {
        if (graph.level(node) >= level) {
          nodes++;
          checkList(node);
        }
      }
      return new GraphReport.Level(
          nodes,
          nodes - reachable(),
          withoutIncoming(),
          minDegree,
          (double) links / nodes,
          maxDegree,
          selfLinks,
          duplicateLinks,
          strayLinks,
          brokenLists,
          unorderedLists,
          wrongLengths);
    }

    private void checkList(int node) {
      int offset = graph.offset(level, node);
      int degree = graph.degree(level, node);
      boolean stray = false;
      for (int slot = offset; slot < offset + degree; slot++) {
        int neighbor = lists[slot];
        if (!onLevel(neighbor)) {
          strayLinks++;
          stray = true;
          continue;
        }
        selfLinks += neighbor == node ? 1 : 0;
        duplicateLinks += seenBy[neighbor] == node ? 1 : 0;
        seenBy[neighbor] = node;
      }
      for (int slot = offset + degree; slot < offset + slots; slot++) {
        if (lists[slot] != HnswGraph.NONE) {
          brokenLists++;
          break;
        }
      }
      if (!stray) {
        checkLengths(node, offset, degree);
      }
      links += degree;
      minDegree = Math.min(minDegree, degree);
      maxDegree = Math.max(maxDegree, degree);
    }

    private void checkLengths(int node, int offset, int degree) {
      if (distances != null) {
        distances.fromNode(node);
        distances.to(lists, offset, degree, measured);
      }
      boolean ordered = true;
      for (int i = 0; i < degree; i++) {
        if (distances != null && lengths != null) {
          wrongLengths += same(measured[i], lengths[offset + i]) ? 0 : 1;
        }
        if (i > 0 && lengths != null) {
          ordered &= lengths[offset + i - 1] <= lengths[offset + i];
        } else if (i > 0 && distances != null) {
          ordered &= measured[i - 1] <= measured[i] || same(measured[i - 1], measured[i]);
        }
      }
      unorderedLists += ordered ? 0 : 1;
    }

    private boolean same(float a, float b) {
      float size = Math.max(scale, Math.max(Math.abs(a), Math.abs(b)));
      return Math.abs(a - b) <= TOLERANCE * size;
    }

    private boolean onLevel(int node) {
      return node >= 0 && node < graph.size() && graph.level(node) >= level;
    }

    private int withoutIncoming() {
      int count = 0;
      for (int node = 0; node < graph.size(); node++) {
        boolean alone = graph.level(node) >= level && seenBy[node] == HnswGraph.NONE;
        count += alone && node != graph.entryPoint() ? 1 : 0;
      }
      return count;
    }

    /** How many nodes a breadth-first search from the entry point finds. */
    private int reachable() {
      if (!onLevel(graph.entryPoint())) {
        return 0;
      }
      boolean[] found = new boolean[graph.size()];
      int[] queue = new int[nodes];
      int tail = 0;
      queue[tail++] = graph.entryPoint();
      found[graph.entryPoint()] = true;
      for (int head = 0; head < tail; head++) {
        int offset = graph.offset(level, queue[head]);
        int end = offset + graph.degree(level, queue[head]);
        for (int slot = offset; slot < end; slot++) {
          if (onLevel(lists[slot]) && !found[lists[slot]]) {
            found[lists[slot]] = true;
            queue[tail++] = lists[slot];
          }
        }
      }
      return tail;
    }
  }
}
