package dev.knit.flink;

import dev.knit.io.FileIO;
import dev.knit.table.CommitConflictException;
import dev.knit.table.IndexParams;
import dev.knit.table.IndexTable;
import dev.knit.table.Operation;
import dev.knit.table.Snapshot;
import dev.knit.table.TableCommit;
import dev.knit.table.TableSchema;
import dev.knit.table.TableWriter;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;

/**
 * How tasks reach a table's directory. Equal to others of the same directory and storage.
 * Serializable; safe for use by many threads.
 */
public final class TableAccess implements Serializable {
  private static final long serialVersionUID = 1;
  private final String path;
  private final Storage storage;
  private transient FileIO io;

  private TableAccess(String path, Storage storage) {
    this.path = path;
    this.storage = storage;
  }

  /** Access by the Hadoop configuration on the class path. */
  public static TableAccess of(String path) {
    return of(path, Map.of());
  }

  /**
   * Access by the Hadoop configuration on the class path and these settings.
   *
   * @throws IllegalArgumentException when the path's file system is unknown
   */
  public static TableAccess of(String path, Map<String, String> hadoop) {
    HadoopStorage storage = HadoopStorage.of(hadoop);
    try {
      Path parsed = new Path(path);
      String qualified =
          parsed.getFileSystem(storage.configuration()).makeQualified(parsed).toString();
      return new TableAccess(qualified, storage);
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'%s' cannot be reached: %s".formatted(path, e.getMessage()), e);
    }
  }

  /** Access by another storage. */
  public static TableAccess of(String path, Storage storage) {
    return new TableAccess(path, storage);
  }

  /** Another directory of the same storage. */
  public TableAccess at(String other) {
    return new TableAccess(other, storage);
  }

  /** The table's directory. */
  public String path() {
    return path;
  }

  /** The storage that it is on. */
  public synchronized FileIO io() {
    if (io == null) {
      io = storage.open();
    }
    return io;
  }

  /** The table. */
  public IndexTable table() {
    return new IndexTable(io(), path);
  }

  /** What makes versions of it. */
  public TableWriter writer() {
    return writer(() -> {});
  }

  /**
   * The same.
   *
   * @param conflict is told each time that another commit was faster
   */
  TableWriter writer(Runnable conflict) {
    return new TableWriter(io(), path, conflict);
  }

  /** The newest version; made, without rows, when there is none. Safe beside others who do so. */
  public Snapshot createIfAbsent(TableSchema schema, IndexParams params) throws IOException {
    if (!table().exists()) {
      Snapshot first = Snapshot.first(schema, params, List.of(), Operation.of(Operation.BUILD));
      try {
        TableCommit.create(io(), path, first);
      } catch (CommitConflictException e) {
        return table().snapshot(); // others were faster
      }
    }
    return table().snapshot();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TableAccess access
        && path.equals(access.path)
        && storage.equals(access.storage);
  }

  @Override
  public int hashCode() {
    return path.hashCode();
  }
}
