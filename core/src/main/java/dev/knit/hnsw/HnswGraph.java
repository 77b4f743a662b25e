package dev.knit.hnsw;

import java.util.Arrays;

/**
 * A navigable graph over the nodes {@code 0 … size() − 1}. Node n has one list of neighbors on each
 * of the levels {@code 0 … level(n)}, nearest first, of at most {@code m} nodes, on level 0 at most
 * {@code 2m}. Searches start at {@link #entryPoint}, a node of the highest level.
 *
 * <p>Lists stand in flat arrays, each in a fixed number of slots, ended by −1. A finished graph is
 * never written again and is safe for use by many threads. A view of a {@link LiveGraph} has room
 * for more nodes in its arrays, and lists that may change and name nodes behind its own.
 */
public final class HnswGraph {
  /** Ends a list that does not fill its slots. */
  static final int NONE = -1;

  private final int m;
  private final int size;
  private final byte[] levels;
  private final int[] level0;
  private final int[] upperOffsets;
  private final int[] upper;
  private int entryPoint = NONE;

  /** Distances (keys) beside {@link #level0} and {@link #upper}; null when they were not kept. */
  private float[] level0Lengths;

  private float[] upperLengths;

  /** The most nodes a graph with this m can have: lists of level 0 stand in one array. */
  public static int maxSize(int m) {
    return (Integer.MAX_VALUE - 8) / (2 * m);
  }

  /** A graph without nodes. */
  public static HnswGraph empty(int m) {
    return new HnswGraph(m, new byte[0]);
  }

  /** A graph with empty lists. */
  HnswGraph(int m, byte[] levels) {
    this(m, levels, emptyLists(levels.length, 2 * m), emptyLists(upperLists(levels), m));
    level0Lengths = new float[level0.length];
    upperLengths = new float[upper.length];
  }

  private HnswGraph(int m, byte[] levels, int[] level0, int[] upper) {
    this.m = m;
    this.size = levels.length;
    this.levels = levels;
    this.level0 = level0;
    this.upper = upper;
    this.upperOffsets = new int[levels.length];
    int offset = 0;
    for (int node = 0; node < levels.length; node++) {
      upperOffsets[node] = offset;
      offset += levels[node] * m;
    }
  }

  /** A view of the first {@code size} nodes of {@code parts}, whose arrays it shares. */
  HnswGraph(int m, int size, int entryPoint, GraphArrays parts) {
    this.m = m;
    this.size = size;
    this.levels = parts.levels();
    this.level0 = parts.level0();
    this.upper = parts.upper();
    this.upperOffsets = parts.upperOffsets();
    this.level0Lengths = parts.level0Lengths();
    this.upperLengths = parts.upperLengths();
    this.entryPoint = entryPoint;
  }

  /** The arrays of this graph. */
  GraphArrays arrays() {
    return new GraphArrays(levels, upperOffsets, level0, level0Lengths, upper, upperLengths);
  }

  /**
   * A graph from its parts, as they were taken from another by {@link #levels}, {@link #lists} and
   * {@link #entryPoint}. The arrays are not copied.
   *
   * @param lengths the distances (keys) beside the two arrays of lists, or null
   * @throws IllegalArgumentException when the parts do not fit together: an array of another length
   *     than the levels call for, a neighbor that does not exist or is not on the list's level, an
   *     entry point that is not on the highest level
   */
  public static HnswGraph of(
      int m, byte[] levels, int entryPoint, int[] level0, int[] upper, float[][] lengths) {
    GraphParts.check(m, levels, entryPoint, level0, upper, lengths);
    HnswGraph graph = new HnswGraph(m, levels, level0, upper);
    graph.entryPoint = entryPoint;
    if (lengths != null) {
      graph.level0Lengths = lengths[0];
      graph.upperLengths = lengths[1];
    }
    return graph;
  }

  /** How many nodes there are. */
  public int size() {
    return size;
  }

  /** How many nodes its arrays have room for: more than {@link #size} only in a live graph. */
  int capacity() {
    return levels.length;
  }

  /** M of the paper: the most neighbors on a level ≥ 1; on level 0 there may be 2m. */
  public int m() {
    return m;
  }

  /** The node at which searches start; −1 in an empty graph. */
  public int entryPoint() {
    return entryPoint;
  }

  /** The highest level; −1 in an empty graph. */
  public int maxLevel() {
    return entryPoint == NONE ? -1 : levels[entryPoint];
  }

  /** The highest level on which {@code node} has a list. */
  public int level(int node) {
    return levels[node];
  }

  /** The neighbors of {@code node} on {@code level}, nearest first, as a new array. */
  public int[] neighbors(int level, int node) {
    int offset = offset(level, node);
    return Arrays.copyOfRange(lists(level), offset, offset + degree(level, node));
  }

  /** How many neighbors {@code node} has on {@code level}. */
  public int degree(int level, int node) {
    int[] lists = lists(level);
    int offset = offset(level, node);
    int degree = 0;
    while (degree < slots(level) && lists[offset + degree] != NONE) {
      degree++;
    }
    return degree;
  }

  /** Whether {@code other} is in the list of {@code node}. */
  boolean isNeighbor(int level, int node, int other) {
    int[] lists = lists(level);
    int offset = offset(level, node);
    for (int slot = offset; slot < offset + slots(level) && lists[slot] != NONE; slot++) {
      if (lists[slot] == other) {
        return true;
      }
    }
    return false;
  }

  /** The level of each node, and more behind in a live graph; not to be written. */
  public byte[] levels() {
    return levels;
  }

  /**
   * All lists of level 0 (2m slots a node, in node order), or those of the levels ≥ 1 (by node,
   * then by level from 1, m slots each); unused slots hold −1. Not to be written.
   */
  public int[] lists(int level) {
    return level == 0 ? level0 : upper;
  }

  /** The distances (keys) beside {@link #lists}, or null when they were not kept. */
  public float[] lengths(int level) {
    return level == 0 ? level0Lengths : upperLengths;
  }

  /** The same graph without lengths; it shares the other arrays. */
  public HnswGraph withoutLengths() {
    return new HnswGraph(
        m, size, entryPoint, new GraphArrays(levels, upperOffsets, level0, null, upper, null));
  }

  /** Where the list of {@code node} begins in {@link #lists}. */
  int offset(int level, int node) {
    return level == 0 ? node * 2 * m : upperOffsets[node] + (level - 1) * m;
  }

  /** The most neighbors on a level. */
  int slots(int level) {
    return level == 0 ? 2 * m : m;
  }

  void entryPoint(int node) {
    entryPoint = node;
  }

  /** Makes the lowest node of the highest level the entry point. */
  void enterAtHighest() {
    entryPoint = size == 0 ? NONE : 0;
    for (int node = 1; node < size; node++) {
      if (levels[node] > levels[entryPoint]) {
        entryPoint = node;
      }
    }
  }

  /** Replaces a list by the first {@code count} of {@code nodes}. */
  void replace(int level, int node, int[] nodes, float[] nodeLengths, int count) {
    int offset = offset(level, node);
    System.arraycopy(nodes, 0, lists(level), offset, count);
    System.arraycopy(nodeLengths, 0, lengths(level), offset, count);
    Arrays.fill(lists(level), offset + count, offset + slots(level), NONE);
  }

  /** Adds a neighbor behind the {@code degree} there are. */
  void append(int level, int node, int degree, int neighbor, float length) {
    int slot = offset(level, node) + degree;
    lists(level)[slot] = neighbor;
    lengths(level)[slot] = length;
  }

  /** How many lists of levels ≥ 1 nodes of these levels have. */
  static int upperLists(byte[] levels) {
    int lists = 0;
    for (byte level : levels) {
      lists += level;
    }
    return lists;
  }

  private static int[] emptyLists(int lists, int slots) {
    if ((long) lists * slots > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "A graph with %d slots a list cannot have %d lists; build several with fewer nodes."
              .formatted(slots, lists));
    }
    int[] empty = new int[lists * slots];
    Arrays.fill(empty, NONE);
    return empty;
  }
}
