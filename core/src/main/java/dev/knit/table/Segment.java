package dev.knit.table;

import dev.knit.hnsw.EdgeSketches;
import dev.knit.hnsw.HnswGraph;
import dev.knit.hnsw.NodeFilter;
import dev.knit.io.FileIO;
import dev.knit.vector.VectorValues;
import java.io.IOException;
import java.util.BitSet;
import java.util.UUID;
import org.roaringbitmap.RoaringBitmap;

/**
 * A segment in memory, as a version has it: graph and vectors on the heap (where they are
 * quantized, their codes, and the exact vectors in a mapped file), ids and metadata in Arrow
 * memory. Immutable and safe for use by many threads until it is closed, which none may be using it
 * then.
 */
public final class Segment implements AutoCloseable {
  private final SegmentInfo info;
  private final SegmentData data;
  private final int[] places;

  /** Null when no row is deleted. */
  private final BitSet liveRows;

  private final NodeFilter liveNodes;

  private Segment(SegmentInfo info, SegmentData data, int[] places, RoaringBitmap deleted) {
    this.info = info;
    this.data = data;
    this.places = places;
    if (deleted.isEmpty()) {
      liveRows = null;
      liveNodes = null;
      return;
    }
    liveRows = new BitSet(info.rows());
    liveRows.set(0, info.rows());
    deleted.forEach((int row) -> liveRows.clear(row));
    liveNodes = NodeFilter.of(nodes(liveRows));
  }

  /**
   * Reads a segment whole and verifies all its files.
   *
   * @throws CorruptIndexException when a file is not what was written, or they do not fit together
   * @throws UnsupportedFormatException when a newer Knit wrote one
   */
  public static Segment open(FileIO io, String table, Snapshot snapshot, SegmentInfo info)
      throws IOException {
    SegmentData data = new SegmentLoader(io, table, snapshot, info).load();
    try {
      return of(data, io, table, snapshot, info);
    } catch (IOException | RuntimeException | Error e) {
      data.close();
      throw e;
    }
  }

  /** A version's view of what was read before; reads its deleted rows. */
  static Segment of(SegmentData data, FileIO io, String table, Snapshot snapshot, SegmentInfo info)
      throws IOException {
    return new Segment(
        info,
        data,
        snapshot.schema().placesIn(snapshot.schema(info)),
        DeletionVector.read(io, table, info.deletes(), info.rows()));
  }

  /** Its name in the table. */
  public UUID uuid() {
    return info.uuid();
  }

  /** How many rows it has, deleted or not. */
  public int rows() {
    return info.rows();
  }

  /** How many rows are not deleted. */
  public int liveRowCount() {
    return info.liveRows();
  }

  /** Whether a row is not deleted. */
  public boolean isLive(int row) {
    return liveRows == null || liveRows.get(row);
  }

  /** The graph over its nodes, those of deleted rows included; null when it has none. */
  public HnswGraph graph() {
    return data.graph();
  }

  /** One vector per node, as its metric stores them. */
  public VectorValues vectors() {
    return data.vectors();
  }

  /**
   * Sketches of the graph's edges, which all users of the segment share; made when they are first
   * asked for.
   *
   * @throws IllegalArgumentException under {@code l1}
   */
  public EdgeSketches sketches() {
    return data.sketches().of(data.graph(), data.vectors());
  }

  /** The node of a row. */
  public int node(int row) {
    return data.nodeRows().node(row);
  }

  /** How many rows, deleted or not, have the vector of {@code node}; at least one. */
  public int rowCount(int node) {
    return data.nodeRows().count(node);
  }

  /** Row {@code i} of those of {@code node}, which are in order. */
  public int row(int node, int i) {
    return data.nodeRows().row(node, i);
  }

  /** The id of a row: an Integer, Long or String, as the schema says. */
  public Object id(int row) {
    return data.rows().value(row, 0);
  }

  /** The value of a metadata column of the table, from 0; null when it is null. */
  public Object value(int row, int column) {
    return places[column] < 0 ? null : data.rows().value(row, places[column] + 1);
  }

  /** All metadata of a row, as a new array. */
  public Object[] metadata(int row) {
    Object[] values = new Object[places.length];
    for (int column = 0; column < values.length; column++) {
      values[column] = value(row, column);
    }
    return values;
  }

  /** The rows that are not deleted; null for all. */
  BitSet liveRows() {
    return liveRows;
  }

  /** The nodes that have such a row; null for all. */
  NodeFilter liveNodes() {
    return liveNodes;
  }

  /** The nodes of some rows. */
  BitSet nodes(BitSet someRows) {
    BitSet nodes = new BitSet(info.nodes());
    someRows.stream().forEach(row -> nodes.set(node(row)));
    return nodes;
  }

  /** About how much memory it takes. */
  public long bytes() {
    return data.bytes();
  }

  /** Frees the Arrow memory. */
  @Override
  public void close() {
    data.close();
  }
}
