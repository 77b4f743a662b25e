package dev.knit.vector;

/**
 * Rotated vectors of nodes, see {@link SketchSpace}, in integers of at most {@value #LARGEST}, two
 * bytes a component that has a bit: sums over them are exact in any order. Nodes may be set by many
 * threads, each by one.
 */
public final class Projections {
  /** So small that 16 differences add up to less than 2¹⁵. */
  static final int LARGEST = 1023;

  private static final int CHUNK = 1 << 28; // shorts
  private static final int LINE = 32; // shorts

  private final SketchSpace space;
  private final int shift;
  private final short[][] chunks;

  /** Room for the projections of {@code size} nodes. */
  public Projections(SketchSpace space, int size) {
    this.space = space;
    shift = 31 - Integer.numberOfLeadingZeros(CHUNK / space.bits());
    int perChunk = 1 << shift;
    chunks = new short[(int) (((long) size + perChunk - 1) >>> shift)][];
    for (int i = 0; i < chunks.length; i++) {
      chunks[i] = new short[Math.min(perChunk, size - i * perChunk) * space.bits()];
    }
  }

  /** The same with room for the projections of {@code size} nodes, which are more. */
  public Projections withRoom(int size) {
    Projections larger = new Projections(space, size);
    for (int i = 0; i < chunks.length; i++) {
      System.arraycopy(chunks[i], 0, larger.chunks[i], 0, chunks[i].length);
    }
    return larger;
  }

  /** Projects the nodes from {@code first} to {@code end − 1}. */
  public void set(VectorValues vectors, int first, int end) {
    float[] rotated = new float[space.dimension()];
    float perStep = 1 / space.step();
    for (int node = first; node < end; node++) {
      space.project(vectors, node, rotated);
      short[] chunk = chunk(node);
      int offset = offset(node);
      for (int i = 0; i < space.bits(); i++) {
        float steps = Math.max(-LARGEST, Math.min(LARGEST, rotated[i] * perStep));
        chunk[offset + i] = (short) ((int) (steps + (LARGEST + 0.5f)) - LARGEST); // rounded
      }
    }
  }

  /** The array that holds the projection of {@code node}, from {@link #offset}. */
  short[] chunk(int node) {
    return chunks[node >>> shift];
  }

  int offset(int node) {
    return (node & ((1 << shift) - 1)) * space.bits();
  }

  /** A sum that takes a read of each cache line of a projection. */
  public int touch(int node) {
    short[] chunk = chunk(node);
    int first = offset(node);
    int sum = 0;
    for (int i = first; i < first + space.bits(); i += LINE) {
      sum += chunk[i];
    }
    return sum;
  }

  /** How much heap they take. */
  public long bytes() {
    long shorts = 0;
    for (short[] chunk : chunks) {
      shorts += chunk.length;
    }
    return Short.BYTES * shorts;
  }

  SketchSpace space() {
    return space;
  }
}
