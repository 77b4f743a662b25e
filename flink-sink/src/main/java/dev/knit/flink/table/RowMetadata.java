package dev.knit.flink.table;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.DataType;

/** Metadata columns: where a row was read. */
enum RowMetadata {
  /** The version. */
  VERSION(DataTypes.BIGINT()),
  /** The name of the segment. */
  SEGMENT(DataTypes.STRING());

  private final DataType type;

  RowMetadata(DataType type) {
    this.type = type;
  }

  static Map<String, DataType> types() {
    Map<String, DataType> types = new LinkedHashMap<>();
    Arrays.stream(values()).forEach(one -> types.put(one.key(), one.type));
    return types;
  }

  static RowMetadata of(String key) {
    return valueOf(key.toUpperCase(Locale.ROOT));
  }

  private String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its value for a row of a segment of a version. */
  Object value(long version, UUID segment) {
    return this == VERSION ? (Object) version : StringData.fromString(segment.toString());
  }
}
