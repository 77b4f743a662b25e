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
      int sum = 0;
      int at = offset + stride + i;
      for (int plane = 0; plane < planes.length; plane += PLANES, at += stride) {
        int code = block[at];
        sum +=
            Integer.bitCount(code & planes[plane])
                + 2 * Integer.bitCount(code & planes[plane + 1])
                + 4 * Integer.bitCount(code & planes[plane + 2])
                - 8 * Integer.bitCount(code & planes[plane + 3]);
      }
      int packed = block[factors + i];
      float along = Math.fma(scale, sum, shift);
      float estimate = Math.fma(-SketchKernel.factor(packed), along, SketchKernel.known(packed));
      ends[near] = block[offset + i]; // which are near cannot be predicted
      near += estimate <= limit ? 1 : 0;
    }
    return near;
  }
}
