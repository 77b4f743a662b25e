package dev.knit.flink;

import java.io.Serializable;

/**
 * Takes records that do not fit the table: a null id, a vector that is null, of another dimension
 * or not finite, a value of another type than its column. Without one such a record fails the job.
 *
 * <p>It is called by the writers, once for each time that Flink gives them the record, so more than
 * once when the job is restarted. To have such records in a stream of their own, exactly once, use
 * {@link KnitSink#check}.
 *
 * @param <T> records of the stream
 */
@FunctionalInterface
public interface InvalidRecords<T> extends Serializable {
  /** Takes a record and the reason why it was not written. */
  void accept(T record, IllegalArgumentException reason);
}
