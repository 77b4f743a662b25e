package dev.knit.vector;

/**
 * Writes blocks: the edges of one center with their sketches, see {@link SketchSpace}. A block
 * holds the ends of its edges, −1 where there is none, then word 0 of all sketches, word 1, and so
 * on, and the two factors of each edge in one int. Immutable and safe for use by many threads, each
 * with blocks of its own.
 */
public final class SketchWriter {
  private static final int NONE = -1;

  private final Projections projections;
  private final SketchSpace space;
  private final SketchKernel kernel = SketchKernel.best();
  private final int stride;

  /** A writer of blocks with at most {@code slots} edges between nodes that were projected. */
  public SketchWriter(Projections projections, int slots) {
    this.projections = projections;
    space = projections.space();
    stride = SketchSpace.stride(slots);
  }

  /** Makes a block one without edges. */
  public void clear(int[] block, int offset) {
    for (int column = 0; column < stride; column++) {
      clear(block, offset, column);
    }
  }

  /** Removes the edge in {@code column}. */
  public void clear(int[] block, int offset, int column) {
    block[offset + column] = NONE;
    block[factorsAt(offset) + column] = SketchKernel.pack(0, Float.POSITIVE_INFINITY);
  }

  /**
   * Writes the edge from {@code center} to {@code end} to {@code column}.
   *
   * @param key between them: ‖e‖² of {@code l2}, −⟨c, x⟩ of the others
   * @param centerSquare ‖c‖², of use under {@code inner_product} only
   * @param endSquare ‖x‖², likewise
   */
  public void write(
      int center,
      int end,
      float key,
      float centerSquare,
      float endSquare,
      int[] block,
      int offset,
      int column) {
    long sums =
        kernel.sketch(
            projections.chunk(center),
            projections.offset(center),
            projections.chunk(end),
            projections.offset(end),
            space.bits(),
            block,
            offset + stride + column,
            stride);
    block[offset + column] = end;
    block[factorsAt(offset) + column] =
        factors((int) (sums >> Integer.SIZE), (int) sums, key, centerSquare, endSquare);
  }

  /** From ⟨b, Re⟩ = ‖Re‖₁ and ⟨b, Rc⟩ in steps. */
  private int factors(int sum, int along, float key, float centerSquare, float endSquare) {
    float length =
        switch (space.metric()) {
          case L2, L1 -> key;
          case COSINE -> 2 + 2 * key;
          case INNER_PRODUCT -> centerSquare + endSquare + 2 * key;
        };
    float known =
        switch (space.metric()) {
          case L2, L1 -> key;
          case COSINE -> 1 + key;
          case INNER_PRODUCT -> centerSquare + key;
        };
    float twice = space.metric() == Metric.L2 ? 2 : 1;
    float perStep = sum == 0 ? 0 : twice * Math.max(0, length) / sum;
    return SketchKernel.pack(perStep / space.step(), known + perStep * along);
  }

  private int factorsAt(int offset) {
    return offset + stride * (space.words() + 1);
  }
}
