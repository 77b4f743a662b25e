package dev.knit.spark;

import dev.knit.table.Column;
import dev.knit.table.RowsFile;
import dev.knit.table.SegmentWriter;
import dev.knit.table.Snapshot;
import dev.knit.table.TableLayout;
import dev.knit.table.TableSchema;
import java.io.IOException;
import java.io.Serializable;
import java.lang.ref.Cleaner;
import java.util.List;
import java.util.UUID;
import org.apache.spark.sql.catalyst.InternalRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the tasks of one write put rows until the driver commits them: each attempt of a task a
 * file of its own, below one directory, which is removed or becomes a segment. Immutable.
 */
public final class RowStage implements Serializable {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(RowStage.class);
  private final TableAccess table;
  private final String draftJson;
  private final int[] ordinals;
  private final boolean anyDimension;
  private final UUID uuid = UUID.randomUUID();
  private final transient Snapshot base;
  private transient Snapshot draft;
  private transient Cleaner.Cleanable lease;

  private RowStage(TableAccess table, Snapshot draft, int[] ordinals, boolean anyDimension) {
    this.table = table;
    this.base = draft;
    this.draftJson = draft.with(List.of()).toJson();
    this.ordinals = ordinals;
    this.anyDimension = anyDimension;
  }

  /**
   * A stage for rows of a version. That and what is staged are kept from vacuum until the rows are
   * committed or aborted.
   *
   * @param ordinals where id, vector and metadata are in the rows
   */
  public static RowStage holding(TableAccess table, Snapshot base, int[] ordinals) {
    return of(table, base, ordinals).held(base);
  }

  /** Keeps a version and what is staged from now on. */
  RowStage held(Snapshot version) {
    lease = KnitErrors.told(() -> ReadLeases.held(table, version, this));
    return this;
  }

  /** What was staged is committed, or not needed any more. */
  void release() {
    if (lease != null) {
      lease.clean();
    }
  }

  /** A stage for rows of a table to be made. */
  static RowStage of(TableAccess table, Snapshot base, int[] ordinals) {
    return new RowStage(table, base, ordinals, false);
  }

  /** A stage for rows of a table to be made, of the dimension that they have. */
  static RowStage ofAnyDimension(TableAccess table, Snapshot draft, int[] ordinals) {
    return new RowStage(table, draft, ordinals, true);
  }

  /**
   * What an attempt wrote.
   *
   * @param file null when there were no rows
   */
  public record Part(RowsFile file, int dimension) implements Serializable {}

  TableAccess table() {
    return table;
  }

  UUID uuid() {
    return uuid;
  }

  /** The same without its segments. */
  synchronized Snapshot draft() {
    if (draft == null) {
      draft = Snapshot.fromJson(draftJson);
    }
    return draft;
  }

  /** The version that rows are written for; on the driver. */
  Snapshot base() {
    return base;
  }

  /** Removes all that was written; what cannot be removed now is left to vacuum. */
  public void abort() {
    try {
      table.io().deleteDirectory(table.path() + "/" + TableLayout.segmentFile(uuid, ""));
    } catch (IOException e) {
      LOG.warn("Files that are no longer needed stay in '{}'.", table.path(), e);
    }
    release();
  }

  /** Begins an attempt. */
  public Writer writer() {
    return new Writer();
  }

  /** Writes the rows of one attempt of a task. For one thread. */
  public final class Writer {
    private final String directory = TableLayout.segmentFile(uuid, UUID.randomUUID().toString());
    private Snapshot sized = draft();
    private SegmentWriter rows;

    /**
     * Adds a row.
     *
     * @throws IllegalArgumentException when it does not fit the table, or its id was there before
     */
    public void write(InternalRow row) throws IOException {
      TableSchema schema = sized.schema();
      Object id = CatalystValues.fromSpark(row, ordinals[0], schema.id().type());
      if (row.isNullAt(ordinals[1])) {
        throw new IllegalArgumentException(
            "Vector of row %s is null; remove the row or give it a vector.".formatted(id));
      }
      float[] vector = SparkVectors.floats(row.getArray(ordinals[1]), () -> "Vector of row " + id);
      Object[] metadata = new Object[schema.metadata().size()];
      for (int i = 0; i < metadata.length; i++) {
        Column column = schema.metadata().get(i);
        metadata[i] = CatalystValues.fromSpark(row, ordinals[i + 2], column.type());
      }
      open(vector.length).write(id, vector, metadata);
    }

    private SegmentWriter open(int dimension) throws IOException {
      if (rows == null) {
        if (anyDimension) {
          sized = NewTable.withDimension(sized, dimension);
        }
        rows = new SegmentWriter(table.io(), table.path(), sized, uuid, directory + "/rows.arrow");
      }
      return rows;
    }

    /** Completes the file. */
    public Part finish() throws IOException {
      RowsFile file = rows == null ? null : rows.finish().rowsFiles().get(0);
      return new Part(file, sized.schema().dimension());
    }

    /** Frees what the attempt has; the second time does nothing. */
    public void close() throws IOException {
      if (rows != null) {
        rows.close();
      }
    }

    /** Removes what the attempt wrote. */
    public void abort() throws IOException {
      close();
      table.io().deleteDirectory(table.path() + "/" + directory);
    }
  }
}
