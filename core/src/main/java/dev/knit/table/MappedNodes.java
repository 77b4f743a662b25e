package dev.knit.table;

import dev.knit.vector.BufferVectors;
import dev.knit.vector.VectorValues;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;

/**
 * Writes one float32 vector per node to a temporary file, which is mapped in the end and has no
 * name any more when it is closed; its space is given back when nobody uses the vectors any more.
 * The file is in the directory named by the system property {@code knit.local.dir}, by default that
 * for temporary files. Holds codes for the vectors on the heap.
 */
final class MappedNodes implements NodeSink {
  private final IndexParams params;
  private final int dimension;
  private final int nodes;
  private final int[] rowNodes;
  private final FileChannel file;
  private final BitSet written;
  private final float[] vector;
  private final float[] scratch;
  private final ByteBuffer buffer;

  /** The node whose vector the buffer begins with, and that behind its last. */
  private int first;

  private int next;

  MappedNodes(IndexParams params, int dimension, int nodes, int[] rowNodes) throws IOException {
    this.params = params;
    this.dimension = dimension;
    this.nodes = nodes;
    this.rowNodes = rowNodes;
    this.written = new BitSet(nodes);
    this.vector = new float[dimension];
    this.scratch = new float[dimension];
    this.buffer = ByteBuffer.allocate(recordBytes() * Math.max(1, (1 << 20) / recordBytes()));
    this.file = open();
  }

  private static FileChannel open() throws IOException {
    Path directory =
        Path.of(System.getProperty("knit.local.dir", System.getProperty("java.io.tmpdir")));
    try {
      return FileChannel.open(
          Files.createTempFile(directory, "knit-vectors-", ".f32"),
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException e) {
      throw new IOException(
          "The exact vectors of a quantized index need a file in '%s', which cannot be made; name another directory by -Dknit.local.dir."
              .formatted(directory),
          e);
    }
  }

  @Override
  public void add(int row, float[] floats, int from) throws IOException {
    int node = rowNodes == null ? row : rowNodes[row];
    if (written.get(node)) {
      return;
    }
    written.set(node);
    if (node != next || !buffer.hasRemaining()) {
      flush();
      first = node;
    }
    System.arraycopy(floats, from, vector, 0, dimension);
    BufferVectors.write(params.metric(), vector, scratch, buffer);
    next = node + 1;
  }

  @Override
  public VectorValues build() throws IOException {
    if (written.cardinality() < nodes) {
      throw NodeVectors.withoutRow(nodes - written.cardinality(), nodes);
    }
    flush();
    int perBuffer = BufferVectors.perBuffer(dimension);
    ByteBuffer[] buffers = new ByteBuffer[(int) (((long) nodes + perBuffer - 1) / perBuffer)];
    for (int i = 0; i < buffers.length; i++) {
      long start = (long) i * perBuffer;
      long count = Math.min(perBuffer, nodes - start);
      buffers[i] = file.map(MapMode.READ_ONLY, start * recordBytes(), count * recordBytes());
    }
    return params
        .quantization()
        .apply(new BufferVectors(params.metric(), dimension, nodes, params.maxNorm(), buffers));
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private void flush() throws IOException {
    buffer.flip();
    for (long at = (long) first * recordBytes(); buffer.hasRemaining(); ) {
      at += file.write(buffer, at);
    }
    buffer.clear();
  }

  private int recordBytes() {
    return Float.BYTES * dimension;
  }
}
