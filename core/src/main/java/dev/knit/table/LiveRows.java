package dev.knit.table;

import java.util.Arrays;

/**
 * The rows of a live index, in the order of their insertion, and which of them each node has. Rows
 * are only ever added, and marked as dead by the number of the death. A reader who knows how many
 * rows and deaths there were at some moment thus sees exactly the rows that lived then, whatever is
 * written meanwhile: a slot of the rows behind, or of a later death, is told by its number.
 *
 * <p>One thread at a time writes; the memory model is that of {@link dev.knit.hnsw.LiveGraph}.
 */
final class LiveRows {
  private static final int NONE = -1;

  private final Object[] ids;
  private final int[] nodes;

  /** The next row of the same node. */
  private final int[] next;

  private final int[] deaths;

  /** The first and the last row of each node. */
  private final int[] first;

  private final int[] last;

  LiveRows() {
    this(new Object[0], new int[0], new int[0], new int[0], new int[0], new int[0]);
  }

  private LiveRows(Object[] ids, int[] nodes, int[] next, int[] deaths, int[] first, int[] last) {
    this.ids = ids;
    this.nodes = nodes;
    this.next = next;
    this.deaths = deaths;
    this.first = first;
    this.last = last;
  }

  /** These rows or, where they have less room, a copy. */
  LiveRows withRoom(int rows, int nodeCount) {
    if (rows <= ids.length && nodeCount <= first.length) {
      return this;
    }
    int rowRoom = rows <= ids.length ? ids.length : grown(rows);
    int nodeRoom = nodeCount <= first.length ? first.length : grown(nodeCount);
    return new LiveRows(
        Arrays.copyOf(ids, rowRoom),
        Arrays.copyOf(nodes, rowRoom),
        copyOf(next, rowRoom, NONE),
        copyOf(deaths, rowRoom, Integer.MAX_VALUE),
        copyOf(first, nodeRoom, NONE),
        Arrays.copyOf(last, nodeRoom));
  }

  /** All ids, by row. */
  Object[] ids() {
    return ids;
  }

  Object id(int row) {
    return ids[row];
  }

  int node(int row) {
    return nodes[row];
  }

  /** The first row of a node. */
  int first(int node) {
    return first[node];
  }

  /** The row behind {@code row} of the same node among the first {@code count}; −1 if none. */
  int next(int row, int count) {
    int behind = next[row];
    return behind < count ? behind : NONE;
  }

  /** Whether a row lived when there had been {@code count} deaths. */
  boolean lived(int row, int count) {
    return deaths[row] >= count;
  }

  /** Adds the row {@code row}, for which there is room, behind the others. */
  void add(int row, int node, Object id) {
    ids[row] = id;
    nodes[row] = node;
    if (first[node] == NONE) {
      first[node] = row;
    } else {
      next[last[node]] = row;
    }
    last[node] = row;
  }

  /** Marks a row as dead. */
  void die(int row, int death) {
    deaths[row] = death;
  }

  private static int grown(int size) {
    return (int) Math.min(size * 3L / 2 + 16, Integer.MAX_VALUE - 8);
  }

  private static int[] copyOf(int[] values, int length, int filler) {
    int[] copy = Arrays.copyOf(values, length);
    Arrays.fill(copy, values.length, length, filler);
    return copy;
  }
}
