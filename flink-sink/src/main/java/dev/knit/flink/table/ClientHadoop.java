package dev.knit.flink.table;

import dev.knit.flink.TableAccess;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.hadoop.conf.Configuration;

/**
 * How the tasks of a job reach a table that its client names: by what the client's Hadoop
 * configuration has besides Hadoop's own defaults, and Flink's options {@code flink.hadoop.…}.
 */
final class ClientHadoop {
  private static final String PREFIX = "flink.hadoop.";

  private ClientHadoop() {}

  /**
   * The table in a directory.
   *
   * @throws IllegalArgumentException when the file system of the path is unknown
   */
  static TableAccess table(String path, ReadableConfig flink) {
    Configuration hadoop = new Configuration();
    flink
        .toMap()
        .forEach(
            (key, value) -> {
              if (key.startsWith(PREFIX)) {
                hadoop.set(key.substring(PREFIX.length()), value);
              }
            });
    return TableAccess.of(path, given(hadoop));
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
}
