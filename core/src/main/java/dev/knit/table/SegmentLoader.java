package dev.knit.table;

import dev.knit.hnsw.HnswGraph;
import dev.knit.io.FileIO;
import dev.knit.vector.VectorValues;
import java.io.IOException;

/**
 * Reads a segment: its graph first, if it has one, which says what node each row is, then its rows.
 */
final class SegmentLoader {
  private final FileIO io;
  private final String table;
  private final Snapshot snapshot;
  private final SegmentInfo info;
  private final TableSchema schema;
  private int row;

  SegmentLoader(FileIO io, String table, Snapshot snapshot, SegmentInfo info) {
    this.io = io;
    this.table = table;
    this.snapshot = snapshot;
    this.info = info;
    this.schema = snapshot.schema(info);
  }

  SegmentData load() throws IOException {
    HnswGraph graph = null;
    int[] rowNodes = null;
    if (!info.isFlat()) {
      SegmentGraph read = GraphFile.read(io, table, info.graphFiles());
      checkFits(read);
      graph = read.graph();
      rowNodes = read.rowNodes();
    }
    int dimension = schema.dimension();
    SegmentRows rows = new SegmentRows(schema, info.uuid().toString());
    try (NodeSink nodes = NodeSink.of(snapshot.params(), dimension, info.nodes(), rowNodes)) {
      for (RowsFile file : info.rowsFiles()) {
        read(file, nodes, rows);
      }
      VectorValues vectors = nodes.build();
      return new SegmentData(graph, vectors, new NodeRows(rowNodes, info.nodes()), rows);
    } catch (IllegalArgumentException e) {
      rows.close();
      throw corrupt(e.getMessage(), e);
    } catch (IOException | RuntimeException | Error e) {
      rows.close();
      throw e;
    }
  }

  private void read(RowsFile file, NodeSink nodes, SegmentRows rows) throws IOException {
    int dimension = schema.dimension();
    try (RowsScan scan =
        new RowsScan(io, table, file, schema, RowsScan.Columns.ALL, rows.allocator())) {
      int end = row + file.rows();
      while (scan.next()) {
        rows.add(scan.takeColumns());
        try {
          for (int i = 0; i < scan.rows() && row < end; i++) {
            nodes.add(row++, scan.vectors(), i * dimension);
          }
        } catch (IllegalArgumentException e) {
          scan.verify(); // damage explains it better
          throw e;
        }
      }
    }
  }

  private void checkFits(SegmentGraph graph) throws IOException {
    boolean fits =
        graph.graph().size() == info.nodes()
            && graph.rows() == info.rows()
            && (info.nodes() == 0 || graph.graph().m() == snapshot.params().m());
    if (!fits) {
      throw corrupt("its graph is of another segment", null);
    }
  }

  private CorruptIndexException corrupt(String problem, Throwable cause) {
    String directory = TableLayout.resolve(table, TableLayout.segmentFile(info.uuid(), ""));
    return new CorruptIndexException(directory, problem, cause);
  }
}
