package dev.knit.vector;

import java.util.Arrays;

/**
 * Tells by sketches which neighbors of a node may be near to a query, see {@link SketchSpace}. The
 * components of the rotated query are rounded to {@value SketchKernel#PLANES} bits. For one thread.
 */
public final class SketchQuery {
  /**
   * How much of ‖e‖ ‖q − c‖ / √bits an estimate is lowered by. On SIFT and arXiv abstracts 0.4
   * keeps recall within 0.002 of measuring all neighbors, at a quarter of the distances.
   */
  private static final float MARGIN = 0.4f;

  /** The same from a node, to find neighbors for it: what is left out by chance is not missed. */
  private static final float NODE_MARGIN = 0.2f;

  private static final int LARGEST = (1 << (SketchKernel.PLANES - 1)) - 1;

  private final SketchSpace space;
  private final SketchKernel kernel = SketchKernel.best();
  private final int stride;
  private final float root;
  private final float[] rotated;
  private final int[] planes;
  private float step;
  private float total;
  private float square;
  private float margin;

  /** For blocks of at most {@code slots} edges. */
  public SketchQuery(SketchSpace space, int slots) {
    this.space = space;
    stride = SketchSpace.stride(slots);
    root = (float) Math.sqrt((double) space.bits() / space.dimension());
    rotated = new float[space.dimension()];
    planes = new int[space.words() * SketchKernel.PLANES];
  }

  /** Estimates from {@code query} from now on, which was checked. */
  public void start(float[] query) {
    Prepared.write(space.metric(), query, rotated, 0);
    square = space.metric() == Metric.INNER_PRODUCT ? (float) Prepared.square(rotated) : 1;
    space.rotate(rotated);
    margin = MARGIN * root;
    round();
  }

  /** Estimates from a node that was projected from now on. */
  public void start(Projections projections, int node) {
    short[] chunk = projections.chunk(node);
    int offset = projections.offset(node);
    for (int i = 0; i < space.bits(); i++) {
      rotated[i] = chunk[offset + i] * space.step();
    }
    margin = NODE_MARGIN * root;
    round();
  }

  private void round() {
    step = largest() / LARGEST;
    Arrays.fill(planes, 0);
    int sum = 0;
    for (int word = 0; word < space.words(); word++) {
      sum += round(word);
    }
    total = step * sum;
  }

  private float largest() {
    float largest = Float.MIN_NORMAL;
    for (int i = 0; i < space.bits(); i++) {
      largest = Math.max(largest, Math.abs(rotated[i]));
    }
    return largest;
  }

  /** Writes the planes of 32 components; returns their sum. */
  private int round(int word) {
    int first = word * Integer.SIZE;
    int count = Math.min(space.bits() - first, Integer.SIZE);
    float perStep = 1 / step;
    int sum = 0;
    int ones = 0;
    int twos = 0;
    int fours = 0;
    int eights = 0;
    for (int i = 0; i < count; i++) {
      int code = (int) (rotated[first + i] * perStep + (LARGEST + 0.5f)) - LARGEST; // rounded
      sum += code;
      ones |= (code & 1) << i;
      twos |= (code >> 1 & 1) << i;
      fours |= (code >> 2 & 1) << i;
      eights |= (code >> 3 & 1) << i;
    }
    int plane = word * SketchKernel.PLANES;
    planes[plane] = ones;
    planes[plane + 1] = twos;
    planes[plane + 2] = fours;
    planes[plane + 3] = eights;
    return sum;
  }

  /**
   * Appends to {@code nodes} the ends of those edges of a block whose key is at most {@code limit},
   * by estimates that err by about an eighth of the squared distance and are lowered by as much as
   * keeps nearly all that are near. Returns how many nodes there are then.
   *
   * @param key the key of the center c
   * @param centerSquare ‖c‖², of use under {@code inner_product} only
   */
  public int near(
      float key, float centerSquare, float limit, int[] block, int offset, int[] nodes, int count) {
    float apart = (float) Math.sqrt(Math.max(0, apart(key, centerSquare)));
    float larger = Math.min(Float.MAX_VALUE, limit - key);
    return kernel.near(
        block, offset, stride, planes, 2 * step, margin * apart - total, larger, nodes, count);
  }

  /** ‖q − c‖². */
  private float apart(float key, float centerSquare) {
    return switch (space.metric()) {
      case L2, L1 -> key;
      case COSINE -> 2 + 2 * key;
      case INNER_PRODUCT -> square + centerSquare + 2 * key;
    };
  }
}
