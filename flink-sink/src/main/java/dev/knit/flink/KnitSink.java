package dev.knit.flink;

import dev.knit.table.SealedRows;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessageTypeInfo;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.connector.sink2.SupportsPreCommitTopology;
import org.apache.flink.streaming.api.connector.sink2.SupportsPreWriteTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.util.OutputTag;

/**
 * Puts a stream of inserts, updates and deletes into an index table, exactly once, with one version
 * per checkpoint. Steps:
 *
 * <ol>
 *   <li>Records go to writers by the hash of their id, so that changes of one row stay in order.
 *   <li>A writer puts them into a segment, whose graph grows while rows arrive, and seals it at the
 *       checkpoint; large ones before.
 *   <li>The aggregator, which runs once, makes one committable of the segments of all writers. It
 *       is kept in the checkpoint.
 *   <li>When the checkpoint is complete the committer makes one version of it. The version names it
 *       by a digest of its segments: what is offered again, by this job or by another that goes on
 *       from its state, is found there; what is written again, after going back to an older
 *       savepoint, is other segments, whose rows take the place of those with their ids.
 * </ol>
 *
 * <p>Rows are upserted: a record takes the place of the row with its id, whoever wrote it.
 * Checkpoints must be on in streaming jobs; without them nothing is committed before the end.
 *
 * <p>The interfaces of the topology are experimental in Flink; they are used here alone.
 *
 * @param <T> records of the stream
 */
public final class KnitSink<T>
    implements Sink<T>,
        SupportsPreWriteTopology<T>,
        SupportsPreCommitTopology<SealedRows, IndexCommittable>,
        SupportsCommitter<IndexCommittable>,
        SupportsPostCommitTopology<IndexCommittable> {
  private static final long serialVersionUID = 1;
  private final RowTarget.Source target;
  private final RecordMapper<T> mapper;
  private final InvalidRecords<T> invalid;
  private final SinkOptions options;

  KnitSink(
      RowTarget.Source target,
      RecordMapper<T> mapper,
      InvalidRecords<T> invalid,
      SinkOptions options) {
    this.target = target;
    this.mapper = mapper;
    this.invalid = invalid;
    this.options = options;
  }

  /** A sink to be described. */
  public static <T> KnitSinkBuilder<T> builder() {
    return new KnitSinkBuilder<>();
  }

  /**
   * The records that fit the table, in their order; give them to this sink. The others go to a side
   * output with the reason, exactly once. A tag for it is, {@code new OutputTag<>("invalid",
   * Types.TUPLE(records.getType(), Types.STRING))}.
   */
  public SingleOutputStreamOperator<T> check(
      DataStream<T> records, OutputTag<Tuple2<T, String>> invalidRecords) {
    return records
        .process(new RecordCheck<>(mapper, target, invalidRecords), records.getType())
        .setParallelism(records.getParallelism())
        .name("Knit check");
  }

  /**
   * Exchanges records by key groups, which unaligned checkpoints can rescale, but does not make
   * writers keyed operators: a batch job would sort their input, which loses the order of changes.
   */
  @Override
  public DataStream<T> addPreWriteTopology(DataStream<T> records) {
    DataStream<T> keyed = records.keyBy(new IdHash<>(mapper), Types.INT);
    return new DataStream<>(records.getExecutionEnvironment(), keyed.getTransformation());
  }

  @Override
  public SinkWriter<T> createWriter(WriterInitContext context) throws IOException {
    return new KnitWriter<>(
        mapper, invalid, options, target.open(), new WriterMetrics(context.metricGroup()));
  }

  @Override
  public SimpleVersionedSerializer<SealedRows> getWriteResultSerializer() {
    return new SealedRowsSerializer();
  }

  /** All committables go to the first committer: the others stay idle. */
  @Override
  public DataStream<CommittableMessage<IndexCommittable>> addPreCommitTopology(
      DataStream<CommittableMessage<SealedRows>> rows) {
    return rows.global()
        .transform(
            "Knit aggregator",
            CommittableMessageTypeInfo.of(IndexCommittableSerializer::new),
            new CommitAggregator(options.overwrite()))
        .setParallelism(1)
        .setMaxParallelism(1)
        .global();
  }

  @Override
  public Committer<IndexCommittable> createCommitter(CommitterInitContext context) {
    return new KnitCommitter(
        target.table(), options.overwrite(), new CommitMetrics(context.metricGroup()));
  }

  @Override
  public void addPostCommitTopology(DataStream<CommittableMessage<IndexCommittable>> committed) {
    if (options.compaction() != null) {
      committed
          .global()
          .process(new CompactionStarter<>(target.table(), options.compaction()), Types.VOID)
          .name("Knit compaction")
          .setParallelism(1)
          .setMaxParallelism(1);
    }
  }

  @Override
  public SimpleVersionedSerializer<IndexCommittable> getCommittableSerializer() {
    return new IndexCommittableSerializer();
  }
}
