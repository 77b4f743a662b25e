package dev.knit.vector;

/** Plain Java, by counts of bits in ints. */
final class ScalarSketches implements SketchKernel {

  @Override
  public int near(
      int[] block,
      int offset,
      int stride,
      int[] planes,
      float scale,
      float shift,
      float limit,
      int[] ends,
      int count) {
    int factors = offset + stride + stride * (planes.length / PLANES);
    int near = count;
    for (int i = 0; i < stride; i++) {
      if (block[offset + i] < 0) {
        continue;
      }
      int sum = sum(block, offset + stride + i, stride, planes);
      int packed = block[factors + i];
      float along = Math.fma(scale, sum, shift);
      float estimate = Math.fma(-SketchKernel.factor(packed), along, SketchKernel.known(packed));
      ends[near] = block[offset + i]; // which are near cannot be predicted
      near += estimate <= limit ? 1 : 0;
    }
    return near;
  }

  /** The sum of the components whose bit is set. */
  private static int sum(int[] block, int codes, int stride, int[] planes) {
    int sum = 0;
    int at = codes;
    for (int plane = 0; plane < planes.length; plane += PLANES, at += stride) {
      int code = block[at];
      sum +=
          Integer.bitCount(code & planes[plane])
              + 2 * Integer.bitCount(code & planes[plane + 1])
              + 4 * Integer.bitCount(code & planes[plane + 2])
              - 8 * Integer.bitCount(code & planes[plane + 3]);
    }
    return sum;
  }

  @Override
  public long sketch(
      short[] from,
      int fromOffset,
      short[] to,
      int toOffset,
      int bits,
      int[] block,
      int at,
      int stride) {
    int sum = 0;
    int along = 0;
    int word = at;
    for (int first = 0; first < bits; first += Integer.SIZE, word += stride) {
      int code = 0;
      for (int i = first; i < Math.min(bits, first + Integer.SIZE); i++) {
        int difference = to[toOffset + i] - from[fromOffset + i];
        int negative = difference >> 31; // −1 or 0
        sum += (difference ^ negative) - negative;
        along += (from[fromOffset + i] ^ negative) - negative;
        code |= (negative + 1) << i;
      }
      block[word] = code;
    }
    return SketchKernel.sums(sum, along);
  }
}
