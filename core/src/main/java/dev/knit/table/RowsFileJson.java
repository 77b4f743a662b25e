package dev.knit.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** A rows file in a manifest, with its ids file and statistics. */
final class RowsFileJson {
  private RowsFileJson() {}

  static void write(RowsFile file, ObjectNode node) {
    SegmentJson.writeFile(file, node).put("rows", file.rows());
    if (file.ids() != null) {
      ObjectNode ids = SegmentJson.writeFile(file.ids(), node.putObject("ids"));
      ids.put("directoryBytes", file.ids().directoryBytes());
      ids.put("directoryCrc32c", SegmentJson.crcText(file.ids().directoryCrc32c()));
    }
    if (!file.stats().isEmpty()) {
      ArrayNode stats = node.putArray("stats");
      file.stats().forEach(column -> write(column, stats.addObject()));
    }
  }

  static RowsFile read(JsonNode node) {
    List<ColumnStats> stats = new ArrayList<>();
    node.path("stats").forEach(column -> stats.add(stats(column)));
    return new RowsFile(
        SegmentJson.path(node),
        SegmentJson.bytes(node),
        SegmentJson.crc(node, "crc32c"),
        node.required("rows").intValue(),
        node.has("ids") ? ids(node.get("ids")) : null,
        stats);
  }

  private static IdsFile ids(JsonNode node) {
    return new IdsFile(
        SegmentJson.path(node),
        SegmentJson.bytes(node),
        SegmentJson.crc(node, "crc32c"),
        node.required("directoryBytes").intValue(),
        SegmentJson.crc(node, "directoryCrc32c"));
  }

  private static void write(ColumnStats stats, ObjectNode node) {
    node.put("column", stats.column());
    if (stats.min() != null) {
      node.put("min", stats.min());
    }
    if (stats.max() != null) {
      node.put("max", stats.max());
    }
    node.put("nulls", stats.nulls());
  }

  private static ColumnStats stats(JsonNode node) {
    return new ColumnStats(
        node.required("column").intValue(),
        node.path("min").textValue(),
        node.path("max").textValue(),
        node.required("nulls").intValue());
  }
}
