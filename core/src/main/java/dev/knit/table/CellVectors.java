package dev.knit.table;

import dev.knit.io.FileIO;
import dev.knit.vector.FlatVectors;
import dev.knit.vector.Quantization;
import dev.knit.vector.VectorValues;
import java.io.Closeable;
import java.io.IOException;

/**
 * Vectors of nodes in files of their own, as the user gave them, which tasks of a build read
 * together: float32, little-endian, one after another.
 */
public final class CellVectors {
  private CellVectors() {}

  /**
   * Some vectors of a file.
   *
   * @param nodes their places, rising
   * @throws CorruptIndexException when the file is not what was written
   */
  public static float[][] select(FileIO io, String base, TaskFile file, int dimension, int[] nodes)
      throws IOException {
    float[][] vectors = new float[nodes.length][dimension];
    try (CheckedInput in = CheckedInput.open(io, base, file)) {
      for (int i = 0; i < nodes.length; i++) {
        in.skipTo((long) nodes[i] * dimension * Float.BYTES);
        in.read(vectors[i], 0, dimension);
      }
      in.finish();
    }
    return vectors;
  }

  /** Writes vectors. For one thread. */
  public static final class Writer implements Closeable {
    private final String path;
    private final CheckedOutput out;

    /** Begins a file at {@code path} below {@code base}. */
    public Writer(FileIO io, String base, String path) throws IOException {
      this.path = path;
      this.out = new CheckedOutput(io.create(TableLayout.resolve(base, path)));
    }

    /** Adds a vector. */
    public void add(float[] vector) throws IOException {
      out.write(vector, 0, vector.length);
    }

    /** Completes the file; the writer is closed. */
    public TaskFile finish() throws IOException {
      out.close();
      return new TaskFile(path, out.position(), out.crc32c());
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  /** Collects vectors of several files, and some more, as those of one graph. For one thread. */
  public static final class Reader implements AutoCloseable {
    private final IndexParams params;
    private final float[] vector;
    private final FlatVectors.Builder heap; // null where codes are on the heap
    private final MappedNodes mapped; // null where vectors are

    /** Of {@code size} vectors in all, held as {@code params} say. */
    public Reader(IndexParams params, int dimension, int size) throws IOException {
      this.params = params;
      this.vector = new float[dimension];
      boolean codes = params.quantization() == Quantization.INT8;
      this.mapped = codes ? new MappedNodes(params, dimension) : null;
      this.heap =
          codes
              ? null
              : FlatVectors.builder(params.metric(), dimension, size).maxNorm(params.maxNorm());
    }

    /**
     * Adds the vectors of a file.
     *
     * @throws CorruptIndexException when it is not what was written, or has others than {@code
     *     count}
     */
    public void add(FileIO io, String base, TaskFile file, int count) throws IOException {
      try (CheckedInput in = CheckedInput.open(io, base, file)) {
        if (file.bytes() != (long) count * vector.length * Float.BYTES) {
          throw in.corrupt(
              "it does not hold %d vectors of %d floats".formatted(count, vector.length));
        }
        for (int i = 0; i < count; i++) {
          in.read(vector, 0, vector.length);
          add(vector);
        }
        in.finish();
      }
    }

    /** Adds one vector. */
    public void add(float[] given) throws IOException {
      if (heap == null) {
        mapped.add(given);
      } else {
        heap.add(given);
      }
    }

    /** The vectors, after all were added. */
    public VectorValues build() throws IOException {
      return heap == null ? params.quantization().apply(mapped.build()) : heap.build();
    }

    @Override
    public void close() throws IOException {
      if (mapped != null) {
        mapped.close();
      }
    }
  }
}
