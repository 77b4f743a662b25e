package dev.knit.hnsw;

import java.nio.charset.StandardCharsets;

/**
 * The level of a node, ⌊−ln(U) · 1/ln(m)⌋ as in Algorithm 1, with U from a hash of the seed and the
 * row's id: a row has the same level in whatever partition, order or attempt it is inserted.
 */
public final class Levels {
  /** No sane graph is higher: at m = 2 this is reached once in 2³⁰ nodes. */
  static final int MAX = 30;

  private Levels() {}

  /** The level of a row with a whole-number id. */
  public static byte of(long seed, long id, int m) {
    return level(mix(mix(seed) ^ id), m);
  }

  /** The level of a row with a text id. */
  public static byte of(long seed, String id, int m) {
    long hash = 0xCBF29CE484222325L; // FNV-1a
    for (byte b : id.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
    }
    return level(mix(mix(seed) ^ hash), m);
  }

  /** The levels of a flat graph: all nodes on level 0 only. */
  public static byte[] flat(int count) {
    return new byte[count];
  }

  /**
   * The levels of nodes that rows share: the highest level of a node's rows.
   *
   * @param nodes the node of each row, or null when row i is node i
   * @param count how many nodes there are
   */
  public static byte[] highest(byte[] levels, int[] nodes, int count) {
    if (nodes == null) {
      return levels;
    }
    byte[] highest = new byte[count];
    for (int row = 0; row < nodes.length; row++) {
      highest[nodes[row]] = (byte) Math.max(highest[nodes[row]], levels[row]);
    }
    return highest;
  }

  private static byte level(long hash, int m) {
    double u = ((hash >>> 11) + 1) * 0x1p-53; // in (0, 1]
    return (byte) Math.min(MAX, (int) (-StrictMath.log(u) / StrictMath.log(m)));
  }

  /** Stafford's mix 13, as in SplittableRandom. */
  private static long mix(long z) {
    z += 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
