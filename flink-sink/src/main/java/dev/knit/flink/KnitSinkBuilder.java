package dev.knit.flink;

import dev.knit.table.IndexParams;
import dev.knit.table.TableSchema;
import java.util.ArrayList;
import java.util.List;

/**
 * Describes a {@link KnitSink}; table and mapper are needed.
 *
 * @param <T> records of the stream
 */
public final class KnitSinkBuilder<T> {
  private static final int SEGMENT_ROWS = 100_000;
  private static final long SEGMENT_BYTES = 256L << 20;

  private TableAccess table;
  private RecordMapper<T> mapper;
  private InvalidRecords<T> invalid;
  private ArrayList<String> columns;
  private TableSpec spec;
  private int segmentRows = SEGMENT_ROWS;
  private long segmentBytes = SEGMENT_BYTES;
  private CompactionOptions compaction;
  private boolean overwrite;

  KnitSinkBuilder() {}

  /** The table's directory, on a storage of the Hadoop configuration on the class path. */
  public KnitSinkBuilder<T> path(String path) {
    return table(TableAccess.of(path));
  }

  /** The table. */
  public KnitSinkBuilder<T> table(TableAccess access) {
    table = access;
    return this;
  }

  /** What records do to the table. */
  public KnitSinkBuilder<T> mapper(RecordMapper<T> recordMapper) {
    mapper = recordMapper;
    return this;
  }

  /**
   * The metadata columns that the mapper gives values for, in its order; others are null. Without
   * this all columns that the table has when the job starts, in the table's order.
   */
  public KnitSinkBuilder<T> columns(List<String> names) {
    columns = new ArrayList<>(names);
    return this;
  }

  /** Makes the table when there is none. */
  public KnitSinkBuilder<T> createIfAbsent(TableSchema schema, IndexParams params) {
    spec = TableSpec.of(schema, params);
    return this;
  }

  /** Takes records that do not fit the table; without it such a record fails the job. */
  public KnitSinkBuilder<T> invalidRecords(InvalidRecords<T> handler) {
    invalid = handler;
    return this;
  }

  /**
   * The most rows of a segment, 100,000 unless said otherwise. A writer that has so many before the
   * checkpoint seals the segment and begins another, which bounds its memory and the time that a
   * checkpoint waits for it.
   */
  public KnitSinkBuilder<T> segmentRows(int rows) {
    requirePositive("segmentRows", rows);
    segmentRows = rows;
    return this;
  }

  /** The most memory of a segment in bytes, 256 MB unless said otherwise; see above. */
  public KnitSinkBuilder<T> segmentBytes(long bytes) {
    requirePositive("segmentBytes", bytes);
    segmentBytes = bytes;
    return this;
  }

  /** Compacts the table after commits, beside the job; off unless it is called. */
  public KnitSinkBuilder<T> compaction(CompactionOptions options) {
    compaction = options;
    return this;
  }

  /**
   * Puts the rows in the place of all there are, in one version when the job ends; for batch jobs.
   */
  public KnitSinkBuilder<T> overwrite() {
    overwrite = true;
    return this;
  }

  /**
   * The sink.
   *
   * @throws IllegalArgumentException when table or mapper is missing
   */
  public KnitSink<T> build() {
    if (table == null || mapper == null) {
      throw new IllegalArgumentException(
          "A sink needs a %s.".formatted(table == null ? "table or a path" : "mapper"));
    }
    SinkOptions options = new SinkOptions(segmentRows, segmentBytes, compaction, overwrite);
    return new KnitSink<>(new RowTarget.Source(table, spec, columns), mapper, invalid, options);
  }

  private static void requirePositive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s (%d) must be at least 1.".formatted(name, value));
    }
  }
}
