package dev.knit.vector;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Vectors as one byte per component, x̂ = lower + step · code with an interval of its own for each
 * ({@link ScalarQuantizer}), beside the exact vectors they stand for. Graphs are built and walked
 * by the codes alone; {@link #exact} measures again what a search has found.
 *
 * <p>A record holds the codes, less {@value #SHIFT} and padded with zeros, and behind them floats:
 * the step, the mean of x̂, the mean of the stored codes, and where the metric needs them ‖x̂ −
 * mean‖² and the norm-augmenting component (see {@link Distances}). Immutable and safe for use by
 * many threads.
 */
public final class QuantizedVectors implements VectorValues {
  static final int SHIFT = 128;
  private static final int CHUNK_BYTES = 1 << 30;

  /** Nodes that are fitted in one go. */
  private static final int PART = 1 << 14;

  /** Changes with what codes are fitted or how they are held. */
  public static final int LAYOUT = 1;

  private static final VarHandle FLOATS =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

  private final VectorValues exact;
  private final int codeLength;
  private final int recordLength;
  private final int shift;
  private final byte[][] chunks;

  private QuantizedVectors(VectorValues exact) {
    this(exact, exact.size());
  }

  private QuantizedVectors(VectorValues exact, int room) {
    this.exact = exact;
    codeLength = VectorKernels.padded(exact.dimension());
    recordLength = codeLength + Float.BYTES * fields(exact.metric());
    shift = 31 - Integer.numberOfLeadingZeros(Math.max(1, CHUNK_BYTES / recordLength));
    int perChunk = 1 << shift;
    chunks = new byte[(int) (((long) room + perChunk - 1) >>> shift)][];
    for (int i = 0; i < chunks.length; i++) {
      chunks[i] = new byte[Math.min(perChunk, room - i * perChunk) * recordLength];
    }
  }

  private QuantizedVectors(VectorValues exact, QuantizedVectors before) {
    this.exact = exact;
    codeLength = before.codeLength;
    recordLength = before.recordLength;
    shift = before.shift;
    chunks = before.chunks;
  }

  /** Codes for {@code exact}, which is kept; fitted on all processors. */
  public static QuantizedVectors of(VectorValues exact) {
    QuantizedVectors quantized = new QuantizedVectors(exact);
    int parts = (exact.size() + PART - 1) / PART;
    IntStream.range(0, parts)
        .parallel()
        .forEach(part -> quantized.fit(part * PART, (part + 1) * PART));
    return quantized;
  }

  /** Codes for {@code exact}, the first of which are those of {@code before}; null for none. */
  static QuantizedVectors of(VectorValues exact, QuantizedVectors before) {
    if (before == null) {
      return of(exact);
    }
    if (exact.maxNorm() != before.maxNorm()) {
      throw new IllegalArgumentException(
          "Vectors were quantized with R %s, but it is %s now: quantize all of them again."
              .formatted(before.maxNorm(), exact.maxNorm()));
    }
    QuantizedVectors quantized = before.withRoom(exact);
    quantized.fit(before.size(), exact.size());
    return quantized;
  }

  /** The same codes, in the same arrays or, where those are full, in larger copies. */
  private QuantizedVectors withRoom(VectorValues more) {
    if (more.size() <= room()) {
      return new QuantizedVectors(more, this);
    }
    QuantizedVectors larger = new QuantizedVectors(more, roomFor(more.size()));
    for (int i = 0; i < chunks.length; i++) {
      System.arraycopy(chunks[i], 0, larger.chunks[i], 0, chunks[i].length);
    }
    return larger;
  }

  private long room() {
    long records = 0;
    for (byte[] chunk : chunks) {
      records += chunk.length / recordLength;
    }
    return records;
  }

  private static int roomFor(int size) {
    return (int) Math.min(Integer.MAX_VALUE, size + size / 2L);
  }

  /**
   * Room for the codes of {@code exact}, to be read into {@link #chunks} before anything else:
   * those that {@link #of} has left there, of equal vectors.
   */
  public static QuantizedVectors unread(VectorValues exact) {
    return new QuantizedVectors(exact);
  }

  /** The codes as they are held, one chunk after another; {@link #LAYOUT} tells how. */
  public List<byte[]> chunks() {
    return List.of(chunks);
  }

  private void fit(int first, int end) {
    ScalarQuantizer quantizer = new ScalarQuantizer(exact.dimension());
    float[] vector = new float[exact.dimension()];
    for (int node = first; node < Math.min(exact.size(), end); node++) {
      exact.copy(node, vector);
      quantizer.fit(vector);
      write(node, vector, quantizer);
    }
  }

  private static int fields(Metric metric) {
    return switch (metric) {
      case COSINE, L1 -> 3;
      case L2 -> 4;
      case INNER_PRODUCT -> 5;
    };
  }

  private void write(int node, float[] vector, ScalarQuantizer quantizer) {
    byte[] chunk = chunk(node);
    int offset = offset(node);
    long sum = 0;
    for (int i = 0; i < vector.length; i++) {
      chunk[offset + i] = (byte) (quantizer.codes[i] - SHIFT);
      sum += chunk[offset + i];
    }
    double codeMean = (double) sum / vector.length;
    write(node, 0, quantizer.step);
    write(node, 1, quantizer.lower + quantizer.step * (codeMean + SHIFT));
    write(node, 2, codeMean);
    if (metric() == Metric.L2 || metric() == Metric.INNER_PRODUCT) {
      write(node, 3, quantizer.step * quantizer.step * spread(chunk, offset, codeMean));
    }
    if (metric() == Metric.INNER_PRODUCT) {
      write(node, 4, Prepared.augmentation(vector, vector.length, exact.maxNorm()));
    }
  }

  private void write(int node, int field, double value) {
    FLOATS.set(chunk(node), offset(node) + codeLength + Float.BYTES * field, (float) value);
  }

  private double spread(byte[] chunk, int offset, double mean) {
    double sum = 0;
    for (int i = offset; i < offset + exact.dimension(); i++) {
      sum += (chunk[i] - mean) * (chunk[i] - mean);
    }
    return sum;
  }

  @Override
  public int size() {
    return exact.size();
  }

  @Override
  public int dimension() {
    return exact.dimension();
  }

  @Override
  public Metric metric() {
    return exact.metric();
  }

  @Override
  public double maxNorm() {
    return exact.maxNorm();
  }

  @Override
  public Distances distances() {
    return metric() == Metric.L1 ? new QuantizedL1Distances(this) : new QuantizedDistances(this);
  }

  @Override
  public VectorValues exact() {
    return exact;
  }

  @Override
  public void copy(int node, float[] out) {
    exact.copy(node, out);
  }

  @Override
  public QuantizedVectors select(int[] nodes) {
    QuantizedVectors selected = new QuantizedVectors(exact.select(nodes));
    for (int i = 0; i < nodes.length; i++) {
      System.arraycopy(
          chunk(nodes[i]), offset(nodes[i]), selected.chunk(i), selected.offset(i), recordLength);
    }
    return selected;
  }

  @Override
  public long hash(int node) {
    return exact.hash(node);
  }

  @Override
  public boolean same(int node, int other) {
    return exact.same(node, other);
  }

  @Override
  public long bytes() {
    long bytes = 0;
    for (byte[] chunk : chunks) {
      bytes += chunk.length;
    }
    return bytes + exact.bytes();
  }

  byte[] chunk(int node) {
    return chunks[node >>> shift];
  }

  int offset(int node) {
    return (node & ((1 << shift) - 1)) * recordLength;
  }

  /** Codes of a record, with their padding. */
  int codeLength() {
    return codeLength;
  }

  /** Bytes of a record. */
  int recordLength() {
    return recordLength;
  }

  float step(int node) {
    return field(node, 0);
  }

  /** The mean of x̂. */
  float mean(int node) {
    return field(node, 1);
  }

  /** The mean of the codes as they are stored. */
  float codeMean(int node) {
    return field(node, 2);
  }

  /** ‖x̂ − mean‖², under l2 and inner_product. */
  float square(int node) {
    return field(node, 3);
  }

  /** The norm-augmenting component, under inner_product. */
  float augmentation(int node) {
    return field(node, 4);
  }

  /** Writes x̂ to {@code out}. */
  void decode(int node, float[] out) {
    byte[] chunk = chunk(node);
    int offset = offset(node);
    float step = step(node);
    float zero = mean(node) - step * codeMean(node);
    for (int i = 0; i < exact.dimension(); i++) {
      out[i] = zero + step * chunk[offset + i];
    }
  }

  private float field(int node, int field) {
    return (float) FLOATS.get(chunk(node), offset(node) + codeLength + Float.BYTES * field);
  }
}
