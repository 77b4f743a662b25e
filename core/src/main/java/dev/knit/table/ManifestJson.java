package dev.knit.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** A snapshot as JSON. Fields that are not known are skipped; all that are known must be there. */
final class ManifestJson {
  static final int MAJOR = 1;
  static final int MINOR = 1;

  /** What this version of Knit knows beyond the first format. */
  static final Set<String> READER_FEATURES = Set.of();

  /** There are ids files, which a vacuum must not take for garbage. */
  static final String IDS = "ids";

  static final Set<String> WRITER_FEATURES = Set.of(IDS);

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ManifestJson() {}

  static String write(Snapshot snapshot) {
    ObjectNode root = MAPPER.createObjectNode();
    root.putObject("format").put("major", MAJOR).put("minor", MINOR);
    root.set("readerFeatures", MAPPER.valueToTree(snapshot.readerFeatures()));
    root.set("writerFeatures", MAPPER.valueToTree(snapshot.writerFeatures()));
    root.put("tableUuid", snapshot.tableUuid().toString());
    root.put("version", snapshot.version()).put("parentVersion", snapshot.parentVersion());
    root.put("commitUuid", snapshot.commitUuid().toString());
    root.put("timestamp", snapshot.timestamp());
    writeOperation(snapshot.operation(), root.putObject("op"));
    SchemaJson.write(snapshot.schema(), root.putObject("schema"));
    writeParams(snapshot.params(), root.putObject("index"));
    LedgerJson.write(snapshot.ledger(), root.putObject("ledger"));
    ArrayNode segments = root.putArray("segments");
    snapshot.segments().forEach(segment -> SegmentJson.write(segment, segments.addObject()));
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a manifest whose checksum was verified. */
  static Snapshot read(String file, String json) throws IOException {
    try {
      JsonNode root = MAPPER.readTree(json);
      checkFormat(file, root);
      return read(root);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new CorruptIndexException(file, "it is no manifest: " + e.getMessage(), e);
    }
  }

  private static void checkFormat(String file, JsonNode root) throws UnsupportedFormatException {
    int major = root.required("format").required("major").intValue();
    if (major != MAJOR) {
      throw new UnsupportedFormatException(file, "has format %d".formatted(major));
    }
    for (String feature : texts(root.required("readerFeatures"))) {
      if (!READER_FEATURES.contains(feature)) {
        throw new UnsupportedFormatException(file, "uses '%s'".formatted(feature));
      }
    }
  }

  private static Snapshot read(JsonNode root) {
    List<SegmentInfo> segments = new ArrayList<>();
    root.required("segments").forEach(segment -> segments.add(SegmentJson.read(segment)));
    return new Snapshot(
        texts(root.required("readerFeatures")),
        texts(root.required("writerFeatures")),
        UUID.fromString(root.required("tableUuid").asText()),
        root.required("version").longValue(),
        root.required("parentVersion").longValue(),
        UUID.fromString(root.required("commitUuid").asText()),
        root.required("timestamp").longValue(),
        SchemaJson.read(root.required("schema")),
        readParams(root.required("index")),
        segments,
        readOperation(root.required("op")),
        LedgerJson.read(root.required("ledger")));
  }

  private static void writeOperation(Operation operation, ObjectNode node) {
    node.put("kind", operation.kind());
    node.set("details", MAPPER.valueToTree(operation.details()));
  }

  private static Operation readOperation(JsonNode node) {
    Map<String, String> details = new TreeMap<>();
    for (Map.Entry<String, JsonNode> detail : node.required("details").properties()) {
      details.put(detail.getKey(), detail.getValue().asText());
    }
    return new Operation(node.required("kind").asText(), details);
  }

  private static void writeParams(IndexParams params, ObjectNode node) {
    node.put("metric", params.metric().id()).put("m", params.m());
    node.put("efConstruction", params.efConstruction()).put("seed", params.seed());
    node.put("maxNorm", params.maxNorm()).put("quantization", params.quantization().id());
  }

  private static IndexParams readParams(JsonNode node) {
    return new IndexParams(
        Metric.of(node.required("metric").asText()),
        node.required("m").intValue(),
        node.required("efConstruction").intValue(),
        node.required("seed").longValue(),
        node.required("maxNorm").floatValue(),
        Quantization.of(node.required("quantization").asText()));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
