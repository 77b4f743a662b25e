package dev.knit.flink;

import dev.knit.table.GrowingSegment;
import dev.knit.table.SealedRows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;

/**
 * Puts the records of one subtask into a growing segment, and seals it at each checkpoint, or
 * before when it is large. Building the segment's graph takes the time of {@link #write}, so that a
 * source that is faster is held back. It keeps no state between checkpoints. For one thread.
 */
final class KnitWriter<T> implements CommittingSinkWriter<T, SealedRows> {
  private final RecordMapper<T> mapper;
  private final InvalidRecords<T> invalid;
  private final SinkOptions options;
  private final RowTarget target;
  private final WriterMetrics metrics;
  private final List<SealedRows> sealed = new ArrayList<>();
  private GrowingSegment segment;

  /**
   * A writer.
   *
   * @param invalid null to fail
   */
  KnitWriter(
      RecordMapper<T> mapper,
      InvalidRecords<T> invalid,
      SinkOptions options,
      RowTarget target,
      WriterMetrics metrics) {
    this.mapper = mapper;
    this.invalid = invalid;
    this.options = options;
    this.target = target;
    this.metrics = metrics;
    this.segment = target.begin();
  }

  @Override
  public void write(T record, Context context) throws IOException {
    try {
      target.put(RowTarget.change(mapper, record), segment);
    } catch (IllegalArgumentException e) {
      refuse(record, e);
      return;
    }
    metrics.written(segment);
    boolean full =
        segment.rows() >= options.segmentRows()
            || segment.deletes() >= options.segmentRows()
            || segment.bytes() >= options.segmentBytes();
    if (full) {
      seal();
    }
  }

  @Override
  public void flush(boolean endOfInput) throws IOException {
    long start = System.nanoTime();
    seal();
    metrics.flushed(System.nanoTime() - start);
  }

  @Override
  public Collection<SealedRows> prepareCommit() {
    List<SealedRows> ready = List.copyOf(sealed);
    sealed.clear();
    return ready;
  }

  @Override
  public void close() throws IOException {
    segment.close();
  }

  private void refuse(T record, IllegalArgumentException reason) throws IOException {
    metrics.refused();
    if (invalid == null) {
      throw new IOException(
          "A record does not fit '%s': %s Correct the source, or take such records out by KnitSink.check or KnitSinkBuilder.invalidRecords."
              .formatted(target.table().path(), reason.getMessage()),
          reason);
    }
    invalid.accept(record, reason);
  }

  private void seal() throws IOException {
    long start = System.nanoTime();
    SealedRows rows = segment.seal();
    if (rows != null) {
      sealed.add(rows);
      metrics.sealed(rows, System.nanoTime() - start);
    }
    segment = target.begin();
    metrics.begun(segment);
  }
}
