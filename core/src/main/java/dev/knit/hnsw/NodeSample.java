package dev.knit.hnsw;

import java.util.BitSet;
import java.util.SplittableRandom;

/** Nodes drawn at random without repetition: Floyd's algorithm (Bentley, CACM 30(9), 1987). */
public final class NodeSample {
  private NodeSample() {}

  /** {@code count} of the nodes {@code 0 … size − 1}, or all when there are fewer; rising. */
  public static int[] of(int size, int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    BitSet drawn = new BitSet(size);
    for (int last = Math.max(0, size - count); last < size; last++) {
      int node = random.nextInt(last + 1);
      drawn.set(drawn.get(node) ? last : node);
    }
    return drawn.stream().toArray();
  }
}
