package dev.knit.table;

import java.util.List;
import java.util.Map;

/**
 * One version in the history of a table.
 *
 * @param timestamp milliseconds since 1970-01-01 UTC
 * @param rows that are not deleted
 * @param tags its names
 */
public record TableVersion(
    long version, long timestamp, Operation operation, long rows, int segments, List<String> tags) {
  static TableVersion of(Snapshot snapshot, Map<String, Long> tags) {
    return new TableVersion(
        snapshot.version(),
        snapshot.timestamp(),
        snapshot.operation(),
        snapshot.rows(),
        snapshot.segments().size(),
        tags.entrySet().stream()
            .filter(tag -> tag.getValue() == snapshot.version())
            .map(Map.Entry::getKey)
            .toList());
  }
}
