package dev.knit.flink.table;

import dev.knit.flink.TableAccess;
import dev.knit.io.FileIO;
import dev.knit.io.HadoopFileIO;
import dev.knit.table.IndexTable;
import dev.knit.table.TableWriter;
import java.io.IOException;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Where a table is, and how each process of a job reaches it: by what the client's Hadoop
 * configuration has besides Hadoop's own defaults, and Flink's options {@code flink.hadoop.…}.
 * Immutable and safe for use by many threads.
 */
final class TableAt implements Serializable {
  private static final long serialVersionUID = 1;
  private static final String PREFIX = "flink.hadoop.";

  private final String path;
  private final TreeMap<String, String> hadoop;
  private transient FileIO io;

  private TableAt(String path, Map<String, String> hadoop) {
    this.path = path;
    this.hadoop = new TreeMap<>(hadoop);
  }

  /** Its directory with its scheme. */
  String path() {
    return path;
  }

  /**
   * The table in a directory.
   *
   * @throws IllegalArgumentException when the file system of the path is unknown
   */
  static TableAt of(String path, ReadableConfig flink) {
    Configuration hadoop = new Configuration();
    flink
        .toMap()
        .forEach(
            (key, value) -> {
              if (key.startsWith(PREFIX)) {
                hadoop.set(key.substring(PREFIX.length()), value);
              }
            });
    return new TableAt(qualified(path, hadoop), given(hadoop));
  }

  /** Another directory of the same storage. */
  TableAt at(String other) {
    return new TableAt(other, hadoop);
  }

  private static String qualified(String path, Configuration hadoop) {
    try {
      Path parsed = new Path(path);
      return parsed
          .makeQualified(FileSystem.getDefaultUri(hadoop), new Path(System.getProperty("user.dir")))
          .toString();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'%s' is no path of a table: %s".formatted(path, e.getMessage()), e);
    }
  }

  private static Map<String, String> given(Configuration hadoop) {
    Map<String, String> given = new HashMap<>();
    for (Map.Entry<String, String> entry : hadoop) {
      String[] sources = hadoop.getPropertySources(entry.getKey());
      if (sources != null
          && sources.length > 0
          && !sources[sources.length - 1].endsWith("-default.xml")) {
        given.put(entry.getKey(), entry.getValue());
      }
    }
    return given;
  }

  synchronized FileIO io() {
    if (io == null) {
      Configuration configuration = new Configuration();
      hadoop.forEach(configuration::set);
      io = new HadoopFileIO(configuration);
    }
    return io;
  }

  /** The same for the sink. */
  TableAccess access() {
    return TableAccess.of(path, hadoop);
  }

  IndexTable table() {
    return new IndexTable(io(), path);
  }

  TableWriter writer() {
    return new TableWriter(io(), path);
  }

  boolean exists() throws IOException {
    return table().exists();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TableAt table && path.equals(table.path) && hadoop.equals(table.hadoop);
  }

  @Override
  public int hashCode() {
    return path.hashCode();
  }
}
