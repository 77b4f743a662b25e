package dev.knit.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A ledger in a manifest. */
final class LedgerJson {
  private LedgerJson() {}

  static void write(TableLedger ledger, ObjectNode node) {
    node.put("epoch", ledger.epoch()).put("earliestVersion", ledger.earliestVersion());
    ObjectNode tags = node.putObject("tags");
    ledger.tags().forEach(tags::put);
    ObjectNode writers = node.putObject("writers");
    ledger.ring().writers().forEach((writer, entries) -> write(entries, writers.putArray(writer)));
  }

  static TableLedger read(JsonNode node) {
    SortedMap<String, Long> tags = new TreeMap<>();
    for (Map.Entry<String, JsonNode> tag : node.required("tags").properties()) {
      tags.put(tag.getKey(), tag.getValue().longValue());
    }
    SortedMap<String, List<CommitRing.Entry>> writers = new TreeMap<>();
    for (Map.Entry<String, JsonNode> writer : node.required("writers").properties()) {
      writers.put(writer.getKey(), readEntries(writer.getValue()));
    }
    return new TableLedger(
        node.required("epoch").longValue(),
        node.required("earliestVersion").longValue(),
        tags,
        new CommitRing(writers));
  }

  private static void write(List<CommitRing.Entry> entries, ArrayNode array) {
    for (CommitRing.Entry entry : entries) {
      ObjectNode node = array.addObject();
      node.put("id", entry.id()).put("digest", entry.digest()).put("version", entry.version());
    }
  }

  private static List<CommitRing.Entry> readEntries(JsonNode array) {
    List<CommitRing.Entry> entries = new ArrayList<>();
    for (JsonNode entry : array) {
      entries.add(
          new CommitRing.Entry(
              entry.required("id").longValue(),
              entry.required("digest").textValue(),
              entry.required("version").longValue()));
    }
    return entries;
  }
}
