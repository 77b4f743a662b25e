package dev.knit.hnsw;

import dev.knit.vector.Distances;
import dev.knit.vector.VectorValues;
import java.util.Arrays;

/**
 * What joins cells above level 0: the lists of the levels ≥ 1, built anew from the few nodes that
 * are on them, and a tree of the cells' roots, by which every cell is reached.
 */
public final class CellUppers {
  private final int[] bases;
  private final int[] roots;
  private final int[] parents;
  private final int[] upperNodes;
  private final HnswGraph upper;
  private final long distanceComputations;

  /**
   * The part of one cell.
   *
   * @param nodes the cell's nodes of levels ≥ 1, rising, numbered within the cell
   * @param upper their lists of those levels: by node, then by level from 1, m slots each
   * @param longEdges neighbors for level 0, where there is room: 2m slots for each of the nodes
   * @param longLengths distances (keys) beside them
   * @param dependents roots of other cells that are to be reached from this one
   */
  public record Slice(
      int[] nodes, int[] upper, int[] longEdges, float[] longLengths, int[] dependents) {}

  private CellUppers(
      HnswParams params,
      int[] bases,
      int[] nodes,
      byte[] levels,
      VectorValues vectors,
      int[] roots,
      int entryPoint,
      int threads) {
    this.bases = bases;
    this.roots = roots;
    Distances distances = vectors.distances();
    parents = tree(params.m(), nodes, distances, roots, entryPoint);
    int[] places = places(levels);
    byte[] upperLevels = new byte[places.length];
    upperNodes = new int[places.length];
    for (int i = 0; i < places.length; i++) {
      upperLevels[i] = levels[places[i]];
      upperNodes[i] = nodes[places[i]];
    }
    HnswBuilder builder = new HnswBuilder(CellParams.of(params, bases.length - 1).upper(), threads);
    upper = builder.build(vectors.select(places), upperLevels);
    distanceComputations = builder.distanceComputations() + distances.computed();
  }

  /**
   * Joins cells.
   *
   * @param params of the graph that the cells are to become
   * @param bases the first node of each cell; one more entry ends the last
   * @param nodes all nodes of levels ≥ 1 and all roots, rising
   * @param levels beside them
   * @param vectors beside them
   * @param roots the root of each cell, −1 of one without nodes
   * @param entryPoint of the whole graph, one of the roots
   */
  public static CellUppers join(
      HnswParams params,
      int[] bases,
      int[] nodes,
      byte[] levels,
      VectorValues vectors,
      int[] roots,
      int entryPoint,
      int threads) {
    return new CellUppers(params, bases, nodes, levels, vectors, roots, entryPoint, threads);
  }

  /** What joining took. */
  public long distanceComputations() {
    return distanceComputations;
  }

  /** The part of a cell. */
  public Slice slice(int cell) {
    int from = place(upperNodes, bases[cell]);
    int to = place(upperNodes, bases[cell + 1]);
    int[] own = new int[to - from];
    for (int i = from; i < to; i++) {
      own[i - from] = upperNodes[i] - bases[cell];
    }
    int slots = upper.slots(0);
    return new Slice(
        own,
        global(upper.lists(1), upperSlots(from), upperSlots(to)),
        global(upper.lists(0), from * slots, to * slots),
        Arrays.copyOfRange(upper.lengths(0), from * slots, to * slots),
        dependents(cell));
  }

  private int[] dependents(int cell) {
    int[] dependents = new int[roots.length];
    int count = 0;
    for (int other = 0; other < roots.length; other++) {
      if (parents[other] == cell) {
        dependents[count++] = roots[other];
      }
    }
    return Arrays.copyOf(dependents, count);
  }

  private int upperSlots(int node) {
    return node == upper.size() ? upper.lists(1).length : upper.offset(1, node);
  }

  private int[] global(int[] lists, int from, int to) {
    int[] global = Arrays.copyOfRange(lists, from, to);
    for (int slot = 0; slot < global.length; slot++) {
      global[slot] = global[slot] < 0 ? global[slot] : upperNodes[global[slot]];
    }
    return global;
  }

  /** Where in rising numbers one is, or the first behind it. */
  private static int place(int[] rising, int node) {
    int found = Arrays.binarySearch(rising, node);
    return found < 0 ? -found - 1 : found;
  }

  private static int[] places(byte[] levels) {
    int[] places = new int[levels.length];
    int count = 0;
    for (int i = 0; i < levels.length; i++) {
      if (levels[i] > 0) {
        places[count++] = i;
      }
    }
    return Arrays.copyOf(places, count);
  }

  /** The cell that each root depends on: of those before it the nearest that has few others. */
  private static int[] tree(int m, int[] nodes, Distances distances, int[] roots, int entryPoint) {
    int[] parents = new int[roots.length];
    Arrays.fill(parents, HnswGraph.NONE);
    int[] children = new int[roots.length];
    int first = 0;
    while (roots[first] != entryPoint) {
      first++;
    }
    for (int cell = 0; cell < roots.length; cell++) {
      if (roots[cell] == HnswGraph.NONE || cell == first) {
        continue;
      }
      distances.fromNode(place(nodes, roots[cell]));
      int nearest = HnswGraph.NONE;
      float least = Float.POSITIVE_INFINITY;
      for (int other = 0; other <= Math.max(cell, first); other++) {
        boolean open = other < cell || other == first;
        if (!open || other == cell || roots[other] < 0 || children[other] >= Math.max(1, m / 2)) {
          continue;
        }
        float key = distances.to(place(nodes, roots[other]));
        if (nearest < 0 || key < least) {
          nearest = other;
          least = key;
        }
      }
      parents[cell] = nearest;
      children[nearest]++;
    }
    return parents;
  }
}
