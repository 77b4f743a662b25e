package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Writes a segment without a graph, for {@link TableWriter#append} or {@link TableWriter#upsert}.
 * It is searched exactly until it is compacted, so it should be small. For one thread.
 */
public final class SegmentWriter implements Closeable {
  private final Snapshot snapshot;
  private final UUID uuid;
  private final RowsWriter rows;
  private final Set<Object> ids = new HashSet<>();

  /** Begins a segment for the table that has {@code snapshot}. */
  public SegmentWriter(FileIO io, String table, Snapshot snapshot) throws IOException {
    this(io, table, snapshot, UUID.randomUUID());
  }

  private SegmentWriter(FileIO io, String table, Snapshot snapshot, UUID uuid) throws IOException {
    this(io, table, snapshot, uuid, TableLayout.rows(uuid));
  }

  /**
   * Begins a segment, or a part of one, in a file of that name.
   *
   * @param path of the rows file, below the table's directory
   */
  public SegmentWriter(FileIO io, String table, Snapshot snapshot, UUID uuid, String path)
      throws IOException {
    this.snapshot = snapshot;
    this.uuid = uuid;
    this.rows = RowsWriter.create(io, table, path, snapshot.schema());
  }

  /**
   * Adds a row.
   *
   * @param metadata one value per metadata column, of the class that its type names
   * @throws IllegalArgumentException naming the row when its id, its vector or a value does not fit
   *     the table, or its id was there before; the writer must then be closed
   */
  public void write(Object id, float[] vector, Object[] metadata) throws IOException {
    Object own = RowIds.of(snapshot.schema().id(), id);
    if (!ids.add(own)) {
      throw new IllegalArgumentException("Id %s stands in more than one row.".formatted(own));
    }
    RowCheck.vector(snapshot.schema(), snapshot.params(), own, vector);
    rows.write(own, vector, metadata);
  }

  /** Completes the segment; the writer is closed. */
  public SegmentInfo finish() throws IOException {
    return SegmentInfo.flat(uuid, List.of(rows.finish()));
  }

  /** Without {@link #finish} leaves a file that nobody refers to. */
  @Override
  public void close() throws IOException {
    rows.close();
  }
}
