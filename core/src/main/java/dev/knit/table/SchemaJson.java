package dev.knit.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** A schema in a manifest. */
final class SchemaJson {
  private SchemaJson() {}

  static void write(TableSchema schema, ObjectNode node) {
    node.set("id", ColumnJson.write(schema.id()));
    node.put("vector", schema.vector()).put("dimension", schema.dimension());
    ArrayNode metadata = node.putArray("metadata");
    for (int i = 0; i < schema.metadata().size(); i++) {
      ObjectNode column = ColumnJson.write(schema.metadata().get(i));
      metadata.add(column.put("column", schema.columns().get(i)));
    }
    node.put("lastColumn", schema.lastColumn());
  }

  static TableSchema read(JsonNode node) {
    List<Integer> columns = new ArrayList<>();
    node.required("metadata").forEach(c -> columns.add(c.required("column").intValue()));
    return new TableSchema(
        ColumnJson.column(node.required("id")),
        node.required("vector").textValue(),
        node.required("dimension").intValue(),
        ColumnJson.columns(node.required("metadata")),
        columns,
        node.required("lastColumn").intValue());
  }
}
