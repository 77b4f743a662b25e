package dev.knit.flink.table;

import dev.knit.table.IndexTable;
import dev.knit.table.Snapshot;
import java.io.IOException;
import java.io.Serializable;
import java.time.Instant;
import java.util.stream.Stream;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;

/**
 * Which version of a table is read: by its number, by time or by tag, or the newest.
 *
 * @param version null for none
 * @param time null for none
 * @param tag null for none
 */
record ReadVersion(Long version, Instant time, String tag) implements Serializable {
  static final ReadVersion NEWEST = new ReadVersion(null, null, null);

  /**
   * What the options of a table say.
   *
   * @throws ValidationException when they name more than one
   */
  static ReadVersion of(ReadableConfig options) {
    ReadVersion read =
        new ReadVersion(
            options.get(KnitOptions.SCAN_VERSION),
            options.getOptional(KnitOptions.SCAN_TIMESTAMP).map(Instant::ofEpochMilli).orElse(null),
            options.get(KnitOptions.SCAN_TAG));
    if (Stream.of(read.version != null, read.time != null, read.tag != null)
            .filter(given -> given)
            .count()
        > 1) {
      throw new ValidationException(
          "Options 'scan.version', 'scan.timestamp-millis' and 'scan.tag' name a version each; give one of them.");
    }
    return read;
  }

  boolean isNewest() {
    return equals(NEWEST);
  }

  Snapshot of(IndexTable table) throws IOException {
    if (version != null) {
      return table.snapshot(version);
    } else if (time != null) {
      return table.snapshot(time);
    }
    return tag != null ? table.snapshot(tag) : table.snapshot();
  }
}
