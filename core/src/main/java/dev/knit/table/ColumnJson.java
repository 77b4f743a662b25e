package dev.knit.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.knit.table.ColumnType.Decimal;
import dev.knit.table.ColumnType.ListOf;
import dev.knit.table.ColumnType.MapOf;
import dev.knit.table.ColumnType.Primitive;
import dev.knit.table.ColumnType.Struct;
import java.util.ArrayList;
import java.util.List;

/** Columns and their types in a manifest: a type is a name, or an object with a {@code kind}. */
final class ColumnJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private ColumnJson() {}

  static ArrayNode write(List<Column> columns) {
    ArrayNode array = JSON.arrayNode();
    for (Column column : columns) {
      array.add(write(column));
    }
    return array;
  }

  static ObjectNode write(Column column) {
    ObjectNode node = JSON.objectNode().put("name", column.name());
    node.set("type", write(column.type()));
    return node.put("nullable", column.nullable());
  }

  static List<Column> columns(JsonNode array) {
    List<Column> columns = new ArrayList<>();
    for (JsonNode column : array) {
      columns.add(column(column));
    }
    return columns;
  }

  static Column column(JsonNode node) {
    return new Column(
        node.required("name").textValue(),
        type(node.required("type")),
        node.required("nullable").booleanValue());
  }

  private static JsonNode write(ColumnType type) {
    ObjectNode node = JSON.objectNode();
    if (type instanceof Primitive primitive) {
      return JSON.textNode(primitive.id());
    } else if (type instanceof Decimal decimal) {
      node.put("kind", "decimal");
      node.put("precision", decimal.precision()).put("scale", decimal.scale());
    } else if (type instanceof ListOf list) {
      node.put("kind", "list").set("element", write(list.element()));
      node.put("nullable", list.nullable());
    } else if (type instanceof Struct struct) {
      node.put("kind", "struct").set("fields", write(struct.fields()));
    } else if (type instanceof MapOf map) {
      node.put("kind", "map").set("key", write(map.key()));
      node.set("value", write(map.value()));
      node.put("nullable", map.nullable());
    }
    return node;
  }

  private static ColumnType type(JsonNode node) {
    if (node.isTextual()) {
      return primitive(node.textValue());
    }
    String kind = node.required("kind").asText();
    return switch (kind) {
      case "decimal" ->
          new Decimal(node.required("precision").intValue(), node.required("scale").intValue());
      case "list" ->
          new ListOf(type(node.required("element")), node.required("nullable").booleanValue());
      case "struct" -> new Struct(columns(node.required("fields")));
      case "map" ->
          new MapOf(
              type(node.required("key")),
              type(node.required("value")),
              node.required("nullable").booleanValue());
      default -> throw new IllegalArgumentException("type '%s' is unknown".formatted(kind));
    };
  }

  private static Primitive primitive(String id) {
    for (Primitive primitive : Primitive.values()) {
      if (primitive.id().equals(id)) {
        return primitive;
      }
    }
    throw new IllegalArgumentException("type '%s' is unknown".formatted(id));
  }
}
