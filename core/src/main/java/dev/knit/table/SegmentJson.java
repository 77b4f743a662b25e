package dev.knit.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Segments and their files in a manifest. */
final class SegmentJson {
  private SegmentJson() {}

  static void write(SegmentInfo segment, ObjectNode node) {
    node.put("uuid", segment.uuid().toString());
    node.put("rows", segment.rows()).put("nodes", segment.nodes());
    ArrayNode rows = node.putArray("rowsFiles");
    for (RowsFile file : segment.rowsFiles()) {
      RowsFileJson.write(file, rows.addObject());
    }
    ArrayNode graphs = node.putArray("graphFiles");
    for (GraphPart file : segment.graphFiles()) {
      writeFile(file, graphs.addObject())
          .put("firstNode", file.firstNode())
          .put("nodes", file.nodes());
    }
    if (segment.schema() != null) {
      SchemaJson.write(segment.schema(), node.putObject("schema"));
    }
    writeDeletes(segment.deletes(), node);
    if (!segment.origins().isEmpty()) {
      ArrayNode origins = node.putArray("compactedFrom");
      for (SegmentOrigin origin : segment.origins()) {
        ObjectNode from = origins.addObject();
        from.put("uuid", origin.uuid().toString()).put("rows", origin.rows());
        writeDeletes(origin.deletes(), from);
      }
    }
  }

  static SegmentInfo read(JsonNode node) {
    List<RowsFile> rows = new ArrayList<>();
    for (JsonNode file : node.required("rowsFiles")) {
      rows.add(RowsFileJson.read(file));
    }
    List<GraphPart> graphs = new ArrayList<>();
    for (JsonNode file : node.required("graphFiles")) {
      graphs.add(
          new GraphPart(
              path(file),
              bytes(file),
              crc(file, "crc32c"),
              file.required("firstNode").intValue(),
              file.required("nodes").intValue()));
    }
    return new SegmentInfo(
        UUID.fromString(node.required("uuid").asText()),
        node.required("rows").intValue(),
        node.required("nodes").intValue(),
        rows,
        graphs,
        node.has("schema") ? SchemaJson.read(node.get("schema")) : null,
        readDeletes(node),
        origins(node));
  }

  private static List<SegmentOrigin> origins(JsonNode node) {
    List<SegmentOrigin> origins = new ArrayList<>();
    for (JsonNode from : node.path("compactedFrom")) {
      origins.add(
          new SegmentOrigin(
              UUID.fromString(from.required("uuid").asText()),
              from.required("rows").intValue(),
              readDeletes(from)));
    }
    return origins;
  }

  private static void writeDeletes(DeletesFile deletes, ObjectNode node) {
    if (deletes != null) {
      writeFile(deletes, node.putObject("deletes")).put("rows", deletes.rows());
    }
  }

  private static DeletesFile readDeletes(JsonNode node) {
    JsonNode file = node.get("deletes");
    return file == null
        ? null
        : new DeletesFile(
            path(file), bytes(file), crc(file, "crc32c"), file.required("rows").intValue());
  }

  static ObjectNode writeFile(StoredFile file, ObjectNode node) {
    node.put("path", file.path()).put("bytes", file.bytes());
    return node.put("crc32c", crcText(file.crc32c()));
  }

  static String path(JsonNode file) {
    return file.required("path").asText();
  }

  static long bytes(JsonNode file) {
    return file.required("bytes").longValue();
  }

  static int crc(JsonNode file, String name) {
    return Integer.parseUnsignedInt(file.required(name).asText(), 16);
  }

  static String crcText(int crc) {
    return "%08x".formatted(crc);
  }
}
