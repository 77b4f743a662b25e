package dev.knit.spark.sql;

import dev.knit.table.IndexTable;
import dev.knit.table.Snapshot;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * Which version of a table to read: {@code versionAsOf}, {@code timestampAsOf} or {@code tag}; the
 * newest when none is given.
 *
 * @param version null for none
 * @param timestamp null for none
 * @param tag null for none
 */
public record ReadOptions(String version, Instant timestamp, String tag) {
  /** The newest version. */
  public static final ReadOptions NEWEST = new ReadOptions(null, null, null);

  /** A version by its number, or its tag. */
  public static ReadOptions version(String version) {
    return version.matches("[0-9]+")
        ? new ReadOptions(version, null, null)
        : new ReadOptions(null, null, version);
  }

  /** The version that was the newest at some time. */
  public static ReadOptions at(Instant time) {
    return new ReadOptions(null, time, null);
  }

  /**
   * What the options of a read say.
   *
   * @throws IllegalArgumentException when they say more than one thing, or no number or time
   */
  static ReadOptions of(CaseInsensitiveStringMap options) {
    List<String> given = new ArrayList<>(List.of("versionAsOf", "timestampAsOf", "tag"));
    given.removeIf(key -> !options.containsKey(key));
    if (given.size() > 1) {
      throw new IllegalArgumentException(
          "Options %s name versions each; give one of them.".formatted(given));
    }
    String version = options.get("versionAsOf");
    if (version != null && !version.matches("[0-9]+")) {
      throw new IllegalArgumentException(
          "versionAsOf ('%s') must be the number of a version.".formatted(version));
    }
    String time = options.get("timestampAsOf");
    return new ReadOptions(version, time == null ? null : time(time), options.get("tag"));
  }

  /** The version in storage. */
  Snapshot snapshot(IndexTable table) throws IOException {
    if (version != null) {
      return table.snapshot(Long.parseLong(version));
    }
    if (timestamp != null) {
      return table.snapshot(timestamp);
    }
    return tag != null ? table.snapshot(tag) : table.snapshot();
  }

  /** With a zone, or in the session's. */
  private static Instant time(String text) {
    String iso = text.strip().replaceFirst(" ", "T");
    try {
      return iso.matches(".*(Z|[+-]\\d\\d:?\\d\\d)")
          ? OffsetDateTime.parse(iso).toInstant()
          : LocalDateTime.parse(iso)
              .atZone(ZoneId.of(SQLConf.get().sessionLocalTimeZone()))
              .toInstant();
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "timestampAsOf ('%s') must be a time such as 2026-11-21 12:30:00 or 2026-11-21T12:30:00Z."
              .formatted(text),
          e);
    }
  }
}
