package dev.knit.table;

import dev.knit.hnsw.HnswGraph;
import dev.knit.io.FileIO;
import dev.knit.vector.BufferVectors;
import dev.knit.vector.FlatVectors;
import dev.knit.vector.Quantization;
import dev.knit.vector.VectorValues;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a segment from mapped files: its graph, if it has one, to the heap; ids and metadata to
 * Arrow memory; its vectors to the heap, or as codes, with the exact ones left where they are. So
 * are vectors without codes that would take more than a share of the heap.
 */
final class SegmentLoader {
  private final SegmentFiles files;
  private final String table;
  private final Snapshot snapshot;
  private final SegmentInfo info;
  private final TableSchema schema;
  private final long heap;
  private final List<ByteBuffer> batches = new ArrayList<>();

  /** A loader that takes up to a quarter of the heap for the vectors of a segment. */
  SegmentLoader(FileIO io, String table, Snapshot snapshot, SegmentInfo info) {
    this(io, table, snapshot, info, Runtime.getRuntime().maxMemory() / 4);
  }

  /** A loader that leaves vectors mapped that would take more than {@code heap} bytes. */
  SegmentLoader(FileIO io, String table, Snapshot snapshot, SegmentInfo info, long heap) {
    this.files = new SegmentFiles(io, table);
    this.table = table;
    this.snapshot = snapshot;
    this.info = info;
    this.schema = snapshot.schema(info);
    this.heap = heap;
  }

  SegmentData load() throws IOException {
    SegmentGraph graph = info.isFlat() ? null : readGraph();
    SegmentRows rows = new SegmentRows(schema, info.uuid().toString());
    try {
      for (RowsFile file : info.rowsFiles()) {
        read(file, rows);
      }
      NodeRows nodeRows = new NodeRows(graph == null ? null : graph.rowNodes(), info.nodes());
      HnswGraph lists = graph == null ? null : graph.graph();
      return new SegmentData(lists, vectors(nodeRows), nodeRows, rows, new SegmentSketches());
    } catch (IllegalArgumentException e) {
      rows.close();
      throw corrupt(e.getMessage(), e);
    } catch (IOException | RuntimeException | Error e) {
      rows.close();
      throw e;
    }
  }

  private SegmentGraph readGraph() throws IOException {
    SegmentGraph graph =
        GraphFile.read(files::open, info.graphFiles(), snapshot.params(), schema.dimension());
    boolean fits = graph.graph().size() == info.nodes() && graph.rows() == info.rows();
    if (!fits) {
      throw corrupt("its graph is of another segment", null);
    }
    return graph;
  }

  private void read(RowsFile file, SegmentRows rows) throws IOException {
    MappedFile mapped = files.map(file);
    long bytes = (long) Float.BYTES * schema.dimension();
    try (RowsScan scan =
        new RowsScan(
            files.open(file, mapped),
            file,
            schema,
            RowsScan.Columns.IDS_AND_METADATA,
            rows.allocator())) {
      while (scan.next()) {
        rows.add(scan.takeColumns());
        if (scan.rows() > 0) {
          batches.add(mapped.slice(scan.vectorsAt(), bytes * scan.rows()));
        }
      }
    }
  }

  private VectorValues vectors(NodeRows nodeRows) throws IOException {
    IndexParams params = snapshot.params();
    BufferVectors mapped =
        new BufferVectors(
            params.metric(),
            schema.dimension(),
            params.maxNorm(),
            nodeRows.firstRows(info.nodes()),
            batches.toArray(ByteBuffer[]::new));
    if (params.quantization() == Quantization.INT8) {
      return StoredCodes.of(mapped, info, params);
    }
    long bytes = (long) Float.BYTES * schema.dimension() * info.nodes();
    return bytes <= heap ? onHeap(mapped) : mapped;
  }

  private static FlatVectors onHeap(BufferVectors mapped) {
    FlatVectors.Builder builder =
        FlatVectors.builder(mapped.metric(), mapped.dimension(), mapped.size())
            .maxNorm((float) mapped.maxNorm());
    float[] vector = new float[mapped.dimension()];
    for (int node = 0; node < mapped.size(); node++) {
      mapped.copyGiven(node, vector);
      builder.add(vector);
    }
    return builder.build();
  }

  private CorruptIndexException corrupt(String problem, Throwable cause) {
    String directory = TableLayout.resolve(table, TableLayout.segmentFile(info.uuid(), ""));
    return new CorruptIndexException(directory, problem, cause);
  }
}
