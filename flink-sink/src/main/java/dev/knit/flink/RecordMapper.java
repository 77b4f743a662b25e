package dev.knit.flink;

import java.io.Serializable;

/**
 * Tells what records of a stream do to an index table. Serializable; each copy is used by one
 * thread at a time.
 *
 * @param <T> records of the stream
 */
public interface RecordMapper<T> extends Serializable {
  /**
   * The id of the row that a record changes, by which records are given to writers: those of one id
   * go to one writer, in order. Must be that of {@link #map}; may be null where that is refused.
   */
  default Object id(T record) {
    RowChange change = map(record);
    return change == null ? null : change.id();
  }

  /**
   * What a record does.
   *
   * @throws IllegalArgumentException when that cannot be told; see {@link InvalidRecords}
   */
  RowChange map(T record);
}
