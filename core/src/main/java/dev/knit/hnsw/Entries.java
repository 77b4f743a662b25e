package dev.knit.hnsw;

/**
 * A node at a known distance as one long that orders by distance, then node: the key in an
 * order-preserving form, the node, and in the lowest bit a mark that means what its user says.
 */
final class Entries {
  static final long MARK = 1;

  private Entries() {}

  static long of(int node, float key) {
    int bits = Float.floatToRawIntBits(key);
    return ((long) (bits ^ ((bits >> 31) & 0x7FFFFFFF)) << 32) | ((long) node << 1);
  }

  static int node(long entry) {
    return (int) entry >>> 1;
  }

  static float key(long entry) {
    int bits = (int) (entry >> 32);
    return Float.intBitsToFloat(bits ^ ((bits >> 31) & 0x7FFFFFFF));
  }

  static boolean marked(long entry) {
    return (entry & MARK) != 0;
  }
}
