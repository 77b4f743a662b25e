package dev.knit.flink;

import dev.knit.io.FileIO;
import dev.knit.io.HadoopFileIO;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/**
 * Storage by the Hadoop that is on the class path, with its {@code core-site.xml} and the like.
 *
 * @param settings on top of those
 */
record HadoopStorage(TreeMap<String, String> settings) implements Storage {
  private static final long serialVersionUID = 1;

  static HadoopStorage of(Map<String, String> settings) {
    return new HadoopStorage(new TreeMap<>(settings));
  }

  Configuration configuration() {
    Configuration configuration = new Configuration();
    settings.forEach(configuration::set);
    return configuration;
  }

  @Override
  public FileIO open() {
    return new HadoopFileIO(configuration());
  }
}
