package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/** Copies a version of a table to another place, where it is version 1 of a table of its own. */
public final class TableClone {
  private TableClone() {}

  /**
   * Copies the files of {@code snapshot}, verifies them, and commits.
   *
   * @param io reaches both places
   * @throws IllegalArgumentException when there is a table at {@code to}
   * @throws CorruptIndexException when a file is not what was written; nothing is committed then
   */
  public static Snapshot run(FileIO io, String from, Snapshot snapshot, String to)
      throws IOException {
    if (new IndexTable(io, to).exists()) {
      throw new IllegalArgumentException(
          "There is an index at '%s' already; choose another path.".formatted(to));
    }
    List<StoredFile> files =
        snapshot.segments().stream().flatMap(segment -> segment.files().stream()).toList();
    int copied = 0;
    try {
      for (; copied < files.size(); copied++) {
        copy(io, from, files.get(copied), to);
      }
    } catch (CorruptIndexException e) {
      for (StoredFile file : files.subList(0, copied + 1)) {
        io.delete(TableLayout.resolve(to, file.path()));
      }
      throw e;
    }
    List<SegmentInfo> segments = snapshot.segments().stream().map(s -> s.with(List.of())).toList();
    Map<String, String> details = Map.of("version", Long.toString(snapshot.version()));
    Snapshot clone =
        Snapshot.first(
            snapshot.schema(),
            snapshot.params(),
            segments,
            new Operation(Operation.CLONE, details));
    TableCommit.create(io, to, clone);
    return clone;
  }

  private static void copy(FileIO io, String from, StoredFile file, String to) throws IOException {
    try (CheckedInput in = CheckedInput.open(io, from, file);
        OutputStream out = io.create(TableLayout.resolve(to, file.path()))) {
      in.copyTo(out);
    }
  }
}
