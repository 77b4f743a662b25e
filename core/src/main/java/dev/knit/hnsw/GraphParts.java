package dev.knit.hnsw;

/** Checks that arrays make a graph before anything follows their numbers. */
final class GraphParts {
  private GraphParts() {}

  static void check(
      int m, byte[] levels, int entryPoint, int[] level0, int[] upper, float[][] lengths) {
    int nodes = levels.length;
    int highest = -1;
    for (byte level : levels) {
      require(level >= 0 && level <= Levels.MAX, "level %d is out of range", level);
      highest = Math.max(highest, level);
    }
    require(level0.length == (long) nodes * 2 * m, "level 0 has %d slots", level0.length);
    long upperSlots = (long) HnswGraph.upperLists(levels) * m;
    require(upper.length == upperSlots, "upper levels have %d slots", upper.length);
    if (lengths != null) {
      require(lengths[0].length == level0.length, "%d lengths of level 0", lengths[0].length);
      require(lengths[1].length == upper.length, "%d lengths above level 0", lengths[1].length);
    }
    boolean entryFits =
        nodes == 0
            ? entryPoint == HnswGraph.NONE
            : entryPoint >= 0 && entryPoint < nodes && levels[entryPoint] == highest;
    require(entryFits, "entry point %d is not a node of the highest level", entryPoint);
    checkNeighbors(level0, 0, level0.length, 0, levels);
    int offset = 0;
    for (byte top : levels) {
      for (int level = 1; level <= top; level++, offset += m) {
        checkNeighbors(upper, offset, offset + m, level, levels);
      }
    }
  }

  private static void checkNeighbors(int[] lists, int from, int to, int level, byte[] levels) {
    for (int slot = from; slot < to; slot++) {
      int neighbor = lists[slot];
      boolean fits =
          neighbor == HnswGraph.NONE
              || (neighbor >= 0 && neighbor < levels.length && levels[neighbor] >= level);
      require(fits, "neighbor %d does not exist on its level", neighbor);
    }
  }

  private static void require(boolean holds, String problem, int value) {
    if (!holds) {
      throw new IllegalArgumentException("Not a graph: " + problem.formatted(value) + ".");
    }
  }
}
