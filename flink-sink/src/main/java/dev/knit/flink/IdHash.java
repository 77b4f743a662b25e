package dev.knit.flink;

import org.apache.flink.api.java.functions.KeySelector;

/** The hash of a record's id; of whole numbers of all types alike. */
record IdHash<T>(RecordMapper<T> mapper) implements KeySelector<T, Integer> {
  private static final long serialVersionUID = 1;

  @Override
  public Integer getKey(T record) {
    return of(mapper.id(record));
  }

  /** The hash of an id; that of null is any, since all writers refuse it. */
  static int of(Object id) {
    if (id == null) {
      return 0;
    }
    return id instanceof Number number ? Long.hashCode(number.longValue()) : id.hashCode();
  }
}
