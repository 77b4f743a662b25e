package dev.knit.spark;

import dev.knit.io.FileIO;
import dev.knit.io.HadoopFileIO;
import dev.knit.table.Snapshot;
import java.io.IOException;
import java.io.Serializable;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * How driver and executors reach a table's directory: its full path, and the session's Hadoop
 * configuration, which is broadcast once.
 */
public final class TableAccess implements Serializable {
  private static final long serialVersionUID = 1;

  /** Schemes of storage that renames a directory in one step. */
  private static final Set<String> RENAMING = Set.of("file", "hdfs", "viewfs", "abfs", "abfss");

  private final String path;
  private final Broadcast<SerializableConfiguration> configuration;
  private transient FileIO io;

  private TableAccess(String path, Broadcast<SerializableConfiguration> configuration) {
    this.path = path;
    this.configuration = configuration;
  }

  /**
   * Access to the table at {@code path}.
   *
   * @throws IllegalArgumentException when the path's file system is unknown
   */
  public static TableAccess of(SparkSession spark, String path) {
    Configuration hadoop = Sessions.classic(spark).sessionState().newHadoopConf();
    try {
      Path parsed = new Path(path);
      String qualified = parsed.getFileSystem(hadoop).makeQualified(parsed).toString();
      return new TableAccess(
          qualified, SerializableConfiguration.broadcast(Sessions.context(spark), hadoop));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "'%s' cannot be reached: %s".formatted(path, e.getMessage()), e);
    }
  }

  /** The table's directory with its scheme. */
  public String path() {
    return path;
  }

  /**
   * Keeps the files of a version, however long it takes to read them: as long as {@code reader},
   * which is returned, is in use on the driver.
   */
  public <T> T hold(Snapshot snapshot, T reader) {
    return Failures.unwrap(() -> ReadLeases.hold(this, snapshot, reader));
  }

  /**
   * Moves the directory with all versions to {@code other}, which is not there, in one step.
   *
   * @throws KnitException where the storage has no such step
   */
  public void move(String other) {
    KnitErrors.told(
        () -> {
          Path from = new Path(path);
          if (!RENAMING.contains(from.toUri().getScheme())) {
            throw new IllegalArgumentException(
                "'%s' cannot be renamed: its storage copies files one by one; build a table of the new name."
                    .formatted(path));
          }
          FileSystem files = from.getFileSystem(configuration.value().value());
          if (files.exists(new Path(other)) || !files.rename(from, new Path(other))) {
            throw new IOException("'%s' cannot become '%s'.".formatted(path, other));
          }
          return null;
        });
  }

  /** The storage that it is on. */
  public synchronized FileIO io() {
    if (io == null) {
      io = new HadoopFileIO(configuration.value().value());
    }
    return io;
  }
}
