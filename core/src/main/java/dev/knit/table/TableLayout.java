package dev.knit.table;

import java.util.UUID;

/** Where the files of an index table are, below its directory. */
public final class TableLayout {
  private TableLayout() {}

  /** A file of a segment. Tasks that may be repeated choose a new name each time. */
  public static String segmentFile(UUID segment, String name) {
    return "segments/%s/%s".formatted(segment, name);
  }

  /** The only rows file of a segment. */
  public static String rows(UUID segment) {
    return segmentFile(segment, "rows.arrow");
  }

  /** The ids file beside a rows file. */
  static String ids(String rows) {
    return rows.replaceFirst("\\.arrow$", "") + ".ids";
  }

  /** The only graph file of a segment. */
  public static String graph(UUID segment) {
    return segmentFile(segment, "graph.knit");
  }

  /** The directory of manifests. */
  static String log() {
    return "_knit/log";
  }

  /** Where to look for the newest version first. */
  static String hint() {
    return "_knit/hint";
  }

  /** A file by which the storage is tried. */
  static String probe(UUID uuid) {
    return probes() + "/" + uuid;
  }

  /** The directory of such files. */
  static String probes() {
    return "_knit/probe";
  }

  /** The directory of leases. */
  static String leases() {
    return "_knit/leases";
  }

  /** The directory of segments. */
  static String segments() {
    return "segments";
  }

  /** The manifest of a version. */
  static String manifest(long version) {
    return "%s/%s".formatted(log(), manifestName(version));
  }

  static String manifestName(long version) {
    return "%020d.json".formatted(version);
  }

  /** The version that a name in the log is the manifest of; 0 for other files. */
  static long version(String name) {
    if (!name.matches("[0-9]{20}\\.json") || name.compareTo(manifestName(Long.MAX_VALUE)) > 0) {
      return 0;
    }
    return Long.parseLong(name.substring(0, 20));
  }

  /** A path below a directory. */
  static String resolve(String base, String path) {
    return base.endsWith("/") ? base + path : base + "/" + path;
  }
}
