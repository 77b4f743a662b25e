package dev.knit.table;

import dev.knit.hnsw.HnswGraph;
import dev.knit.io.FileIO;
import dev.knit.vector.VectorValues;
import java.io.IOException;
import java.util.UUID;

/**
 * A segment in memory: graph and vectors on the heap (where they are quantized, their codes, and
 * the exact vectors in a mapped file), ids and metadata in Arrow memory. Immutable and safe for use
 * by many threads until it is closed, which none may be using it then.
 */
public final class Segment implements AutoCloseable {
  private final SegmentInfo info;
  private final HnswGraph graph;
  private final VectorValues vectors;
  private final NodeRows nodeRows;
  private final SegmentRows rows;
  private boolean closed;

  Segment(
      SegmentInfo info,
      HnswGraph graph,
      VectorValues vectors,
      NodeRows nodeRows,
      SegmentRows rows) {
    this.info = info;
    this.graph = graph;
    this.vectors = vectors;
    this.nodeRows = nodeRows;
    this.rows = rows;
  }

  /**
   * Reads a segment whole and verifies all its files.
   *
   * @throws CorruptIndexException when a file is not what was written, or they do not fit together
   * @throws UnsupportedFormatException when a newer Knit wrote one
   */
  public static Segment open(FileIO io, String table, Snapshot snapshot, SegmentInfo info)
      throws IOException {
    return new SegmentLoader(io, table, snapshot, info).load();
  }

  /** Its name in the table. */
  public UUID uuid() {
    return info.uuid();
  }

  /** How many rows it has. */
  public int rows() {
    return rows.rows();
  }

  /** The graph over its nodes. */
  public HnswGraph graph() {
    return graph;
  }

  /** One vector per node, as its metric stores them. */
  public VectorValues vectors() {
    return vectors;
  }

  /** The node of a row. */
  public int node(int row) {
    return nodeRows.node(row);
  }

  /** How many rows have the vector of {@code node}; at least one. */
  public int rowCount(int node) {
    return nodeRows.count(node);
  }

  /** Row {@code i} of those of {@code node}, which are in order. */
  public int row(int node, int i) {
    return nodeRows.row(node, i);
  }

  /** The id of a row: an Integer, Long or String, as the schema says. */
  public Object id(int row) {
    return rows.value(row, 0);
  }

  /** The value of a metadata column, from 0; null when it is null. */
  public Object value(int row, int column) {
    return rows.value(row, column + 1);
  }

  /** All metadata of a row, as a new array. */
  public Object[] metadata(int row) {
    Object[] values = new Object[rows.columns() - 1];
    for (int column = 0; column < values.length; column++) {
      values[column] = value(row, column);
    }
    return values;
  }

  /** About how much memory it takes. */
  public long bytes() {
    long graphInts = graph.lists(0).length + (long) graph.lists(1).length + graph.size();
    return 4 * graphInts + vectors.bytes() + graph.size() + nodeRows.bytes() + rows.bytes();
  }

  /** Frees the Arrow memory. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      rows.close();
    }
  }
}
