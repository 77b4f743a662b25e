package dev.knit.hnsw;

import java.util.Arrays;

/**
 * The arrays of an {@link HnswGraph}, which may have room for more nodes than it has.
 *
 * @param upperOffsets where the lists of levels ≥ 1 of each node begin in {@code upper}
 * @param level0Lengths null when lengths were not kept, as are {@code upperLengths} then
 */
record GraphArrays(
    byte[] levels,
    int[] upperOffsets,
    int[] level0,
    float[] level0Lengths,
    int[] upper,
    float[] upperLengths) {

  /**
   * These arrays or, where they are smaller, copies with room for half as many again.
   *
   * @throws IllegalArgumentException when more nodes or lists are needed than one graph can have
   */
  GraphArrays withRoom(int m, int nodes, long upperSlots) {
    if (nodes > HnswGraph.maxSize(m) || upperSlots > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "A graph with m %d cannot have %d nodes, but at most %d; build several."
              .formatted(m, nodes, HnswGraph.maxSize(m)));
    }
    GraphArrays wide = nodes <= levels.length ? this : wide(m, nodes);
    return upperSlots <= upper.length ? wide : wide.high((int) upperSlots);
  }

  /** Copies cut to a size. */
  GraphArrays trimmed(int m, int nodes, int upperSlots) {
    return new GraphArrays(
        Arrays.copyOf(levels, nodes),
        Arrays.copyOf(upperOffsets, nodes),
        Arrays.copyOf(level0, nodes * 2 * m),
        Arrays.copyOf(level0Lengths, nodes * 2 * m),
        Arrays.copyOf(upper, upperSlots),
        Arrays.copyOf(upperLengths, upperSlots));
  }

  /** Copies all, so that no list of the arrays before ever names a node they have no room for. */
  private GraphArrays wide(int m, int nodes) {
    int room = (int) Math.min(nodes * 3L / 2 + 16, HnswGraph.maxSize(m));
    return new GraphArrays(
        Arrays.copyOf(levels, room),
        Arrays.copyOf(upperOffsets, room),
        copyOf(level0, room * 2 * m),
        Arrays.copyOf(level0Lengths, room * 2 * m),
        upper.clone(),
        upperLengths.clone());
  }

  private GraphArrays high(int slots) {
    int room = (int) Math.min(slots * 3L / 2, Integer.MAX_VALUE - 8);
    return new GraphArrays(
        levels,
        upperOffsets,
        level0,
        level0Lengths,
        copyOf(upper, room),
        Arrays.copyOf(upperLengths, room));
  }

  private static int[] copyOf(int[] lists, int length) {
    int[] copy = Arrays.copyOf(lists, length);
    Arrays.fill(copy, lists.length, length, HnswGraph.NONE);
    return copy;
  }
}
