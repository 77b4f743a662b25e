package dev.knit.vector;

import java.util.Arrays;

/**
 * Writes blocks: the edges of one center with their sketches, see {@link SketchSpace}. A block
 * holds the ends of its edges, −1 where there is none, then word 0 of all sketches, word 1, and so
 * on, and the two factors of each edge in one int. For one thread.
 */
public final class SketchWriter {
  private static final int NONE = -1;
  private static final int SIGN = 1 << 31;

  private final SketchSpace space;
  private final VectorValues vectors;
  private final boolean squared;
  private final DistanceKernel squaredL2 = VectorKernels.best().squaredL2();
  private final DistanceKernel negatedDot = VectorKernels.best().negatedDot();
  private final int stride;
  private final float[] center;
  private final float[] end;

  /** A writer of blocks with at most {@code slots} edges between {@code vectors}. */
  public SketchWriter(SketchSpace space, VectorValues vectors, int slots) {
    this.space = space;
    this.vectors = vectors.exact();
    squared = space.metric() == Metric.L2;
    stride = SketchSpace.stride(slots);
    center = new float[VectorKernels.padded(space.dimension())];
    end = new float[center.length];
  }

  /**
   * Writes the edges from {@code node} to {@code ends[from … from + count − 1]}.
   *
   * @param projected the projection of each node, by {@link SketchSpace#project}
   * @return ‖c‖²
   */
  public float write(
      int node, int[] ends, int from, int count, float[][] projected, int[] block, int offset) {
    vectors.copy(node, center);
    float square = -negatedDot.one(center, 0, center, 0, center.length);
    int factors = offset + stride * (space.words() + 1);
    Arrays.fill(block, offset, offset + stride, NONE);
    Arrays.fill(block, factors, factors + stride, SketchKernel.pack(0, Float.POSITIVE_INFINITY));
    for (int i = 0; i < count; i++) {
      block[offset + i] = ends[from + i];
      vectors.copy(ends[from + i], end);
      block[factors + i] =
          sketch(projected[node], projected[ends[from + i]], square, block, offset + stride + i);
    }
    return square;
  }

  /** Writes the signs of Re; returns the factors. */
  private int sketch(float[] from, float[] to, float square, int[] block, int offset) {
    float sum = 0; // ⟨b, Re⟩ = ‖Re‖₁
    float along = 0; // ⟨b, Rc⟩
    for (int word = 0; word < space.words(); word++) {
      int first = word * Integer.SIZE;
      int last = Math.min(space.bits(), first + Integer.SIZE);
      int code = 0;
      for (int i = first; i < last; i++) {
        float component = to[i] - from[i];
        int sign = Float.floatToRawIntBits(component) & SIGN;
        sum += Math.abs(component);
        along += Float.intBitsToFloat(Float.floatToRawIntBits(from[i]) ^ sign);
        code |= (sign >>> 31 ^ 1) << i;
      }
      block[offset + word * stride] = code;
    }
    float length = squaredL2.one(center, 0, end, 0, center.length);
    float ratio = sum == 0 ? 0 : length / sum;
    float factor = squared ? 2 * ratio : ratio;
    float known = squared ? length : square + negatedDot.one(center, 0, end, 0, center.length);
    return SketchKernel.pack(factor, known + factor * along);
  }
}
