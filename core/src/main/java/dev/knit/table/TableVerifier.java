package dev.knit.table;

import dev.knit.hnsw.GraphCheck;
import dev.knit.io.FileIO;
import dev.knit.vector.FlatVectors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Checks that a snapshot's files are what was written, fit together, and that searches can reach
 * every node of its graphs.
 */
public final class TableVerifier {
  private final FileIO io;
  private final String table;
  private final Snapshot snapshot;
  private final List<String> problems = new ArrayList<>();
  private final Set<Object> ids = new HashSet<>();
  private int files;
  private long bytes;

  private TableVerifier(FileIO io, String table, Snapshot snapshot) {
    this.io = io;
    this.table = table;
    this.snapshot = snapshot;
  }

  /**
   * What was checked.
   *
   * @param problems a sentence for each; none when the snapshot is whole
   */
  public record Report(long version, int files, long bytes, List<String> problems) {
    /** Whether nothing is wrong. */
    public boolean isWhole() {
      return problems.isEmpty();
    }
  }

  /**
   * Reads all files of a snapshot; memory is needed for one segment at a time, with its vectors
   * twice, and for all ids.
   */
  public static Report verify(FileIO io, String table, Snapshot snapshot) throws IOException {
    TableVerifier verifier = new TableVerifier(io, table, snapshot);
    for (SegmentInfo segment : snapshot.segments()) {
      verifier.verify(segment);
    }
    return new Report(
        snapshot.version(), verifier.files, verifier.bytes, List.copyOf(verifier.problems));
  }

  private void verify(SegmentInfo segment) throws IOException {
    int before = problems.size();
    for (StoredFile file : segment.files()) {
      verify(file);
    }
    if (problems.size() == before) {
      verifyTogether(segment);
    }
  }

  /** Ids are unique among all live rows. */
  private void noteIds(Segment segment) {
    for (int row = 0; row < segment.rows(); row++) {
      if (segment.isLive(row) && !ids.add(segment.id(row))) {
        problems.add(
            "Id %s of row %d of segment %s stands in another row too."
                .formatted(segment.id(row), row, segment.uuid()));
      }
    }
  }

  private void verify(StoredFile file) throws IOException {
    files++;
    bytes += file.bytes();
    try (CheckedInput in = CheckedInput.open(io, table, file)) {
      in.finish();
    } catch (CorruptIndexException e) {
      problems.add(e.getMessage());
    }
  }

  private void verifyIds(RowsFile file, TableSchema schema) throws IOException {
    Object[] ids = RowsReader.ids(io, table, file, schema);
    if (!Arrays.equals(ids, RowsReader.storedIds(io, table, file, schema))) {
      problems.add("'%s' has other ids than '%s'.".formatted(file.ids().path(), file.path()));
    }
  }

  private void verifyTogether(SegmentInfo info) throws IOException {
    try (Segment segment = Segment.open(io, table, snapshot, info)) {
      FlatVectors.Builder rows =
          FlatVectors.builder(
              snapshot.params().metric(), snapshot.schema().dimension(), info.rows());
      for (RowsFile file : info.rowsFiles()) {
        RowsReader.vectors(io, table, file, snapshot.schema(info), rows);
        verifyIds(file, snapshot.schema(info));
      }
      noteIds(segment);
      if (segment.graph() == null) {
        return;
      }
      for (String problem : GraphCheck.of(segment.graph(), segment.vectors()).problems()) {
        problems.add("Segment %s: %s".formatted(info.uuid(), problem));
      }
      FlatVectors vectors = rows.build();
      for (int row = 0; row < info.rows(); row++) {
        int first = segment.row(segment.node(row), 0);
        if (!vectors.same(row, first)) {
          problems.add(
              "Rows %d and %d of segment %s share a node, but their vectors differ."
                  .formatted(first, row, info.uuid()));
        }
      }
    } catch (CorruptIndexException | UnsupportedFormatException e) {
      problems.add(e.getMessage());
    }
  }
}
