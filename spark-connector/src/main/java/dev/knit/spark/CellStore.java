package dev.knit.spark;

import dev.knit.hnsw.CellRoute;
import dev.knit.io.FetchedFiles;
import dev.knit.io.FileIO;
import dev.knit.table.CellNodes;
import dev.knit.table.CellVectors;
import dev.knit.table.CorruptIndexException;
import dev.knit.table.GraphFile;
import dev.knit.table.SegmentGraph;
import dev.knit.table.TaskFile;
import dev.knit.vector.VectorValues;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Reads what the tasks of cells left, from copies on the executor's disk that its tasks share. What
 * turns out to be damaged is fetched anew by the next attempt.
 */
final class CellStore {
  private static final long COPIES_BYTES = 32L << 30;
  private static final Map<UUID, FetchedFiles> COPIES = new HashMap<>();

  private final BuildTask build;
  private final CellLayout layout;
  private final FetchedFiles copies;

  CellStore(BuildTask build, CellLayout layout) throws IOException {
    this.build = build;
    this.layout = layout;
    this.copies = copies(build.segment(), build.table().io());
  }

  /** The copies of a build; those of others go where nobody uses them. */
  private static synchronized FetchedFiles copies(UUID build, FileIO io) throws IOException {
    FetchedFiles copies = COPIES.computeIfAbsent(build, own -> new FetchedFiles(io, COPIES_BYTES));
    for (Iterator<FetchedFiles> others = COPIES.values().iterator(); others.hasNext(); ) {
      FetchedFiles other = others.next();
      if (other != copies) {
        other.clear();
        if (other.bytes() == 0) {
          others.remove();
        }
      }
    }
    return copies;
  }

  /** Gives back the space of a build's copies in this process. */
  static synchronized void forget(UUID build) throws IOException {
    FetchedFiles copies = COPIES.remove(build);
    if (copies != null) {
      copies.clear();
    }
  }

  private interface Read<T> {
    T from(FileIO io, String base) throws IOException;
  }

  private <T> T read(String path, Read<T> read) throws IOException {
    try {
      return read.from(copies, build.table().path());
    } catch (CorruptIndexException e) {
      copies.forget(build.table().path() + "/" + path);
      throw e;
    }
  }

  SegmentGraph graph(int cell) throws IOException {
    Cell own = layout.cell(cell);
    return read(
        own.graph().path(),
        (io, base) ->
            GraphFile.read(io, base, List.of(own.graph()), build.draft().params(), dimension()));
  }

  /** The route from a cell to another, or null. */
  CellRoute route(int from, int to) throws IOException {
    TaskFile file = layout.cell(from).routes();
    return read(file.path(), (io, base) -> CellNodes.route(io, base, file, to));
  }

  /** The vectors of some nodes of a cell, by their numbers in it, rising. */
  float[][] vectors(int cell, int[] nodes) throws IOException {
    TaskFile file = layout.cell(cell).vectors();
    return read(file.path(), (io, base) -> CellVectors.select(io, base, file, dimension(), nodes));
  }

  /** The vectors of cells, one behind the other, and some more behind them. */
  VectorValues vectors(int[] cells, float[][] more) throws IOException {
    int size = more.length;
    for (int cell : cells) {
      size += layout.cell(cell).nodes();
    }
    try (CellVectors.Reader reader =
        new CellVectors.Reader(build.draft().params(), dimension(), size)) {
      for (int cell : cells) {
        TaskFile file = layout.cell(cell).vectors();
        read(
            file.path(),
            (io, base) -> {
              reader.add(io, base, file, layout.cell(cell).nodes());
              return null;
            });
      }
      for (float[] vector : more) {
        reader.add(vector);
      }
      return reader.build();
    }
  }

  private int dimension() {
    return build.draft().schema().dimension();
  }
}
