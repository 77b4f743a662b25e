package dev.knit.flink;

import dev.knit.table.SealedRows;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableSummary;
import org.apache.flink.streaming.api.connector.sink2.CommittableWithLineage;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Makes one committable of what all writers have sealed for a checkpoint. Runs once. Its state is
 * the sink's name, drawn when the sink first starts.
 */
final class CommitAggregator extends AbstractStreamOperator<CommittableMessage<IndexCommittable>>
    implements OneInputStreamOperator<
        CommittableMessage<SealedRows>, CommittableMessage<IndexCommittable>> {
  private static final long serialVersionUID = 1;
  private static final int SUBTASK = 0;
  private static final int SUBTASKS = 1;
  private static final int FAILED = 0;

  /** Whether nothing is a commit, too: of a table that is emptied. */
  private final boolean empties;

  private transient ListState<String> sinkState;
  private transient String sink;
  private transient List<SealedRows> parts;
  private transient long seen;
  private transient long told;

  CommitAggregator() {
    this(false);
  }

  CommitAggregator(boolean empties) {
    this.empties = empties;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    parts = new ArrayList<>();
    seen = 0;
    told = context.getRestoredCheckpointId().orElse(0);
    sinkState =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("sink", StringSerializer.INSTANCE));
    for (String name : sinkState.get()) {
      sink = name;
    }
    sink = sink == null ? UUID.randomUUID().toString() : sink;
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    sinkState.update(List.of(sink));
  }

  @Override
  public void processElement(StreamRecord<CommittableMessage<SealedRows>> element) {
    if (element.getValue() instanceof CommittableWithLineage<SealedRows> rows) {
      parts.add(rows.getCommittable());
    } else if (element.getValue() instanceof CommittableSummary<SealedRows> summary) {
      seen = Math.max(seen, summary.getCheckpointId());
    }
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpoint) {
    tell(checkpoint);
  }

  /** Behind the last record of a bounded stream writers have told what belongs to no barrier. */
  @Override
  public void finish() throws Exception {
    super.finish();
    tell(seen);
  }

  /** Each checkpoint is told once; one that is told already has nothing new. */
  private void tell(long checkpoint) {
    if (checkpoint <= told && parts.isEmpty()) {
      return;
    }
    told = checkpoint;
    int count = parts.isEmpty() && !empties ? 0 : 1;
    emit(new CommittableSummary<>(SUBTASK, SUBTASKS, checkpoint, count, FAILED));
    if (count > 0) {
      IndexCommittable committable = new IndexCommittable(sink, checkpoint, parts);
      emit(new CommittableWithLineage<>(committable, checkpoint, SUBTASK));
      parts.clear();
    }
  }

  private void emit(CommittableMessage<IndexCommittable> message) {
    output.collect(new StreamRecord<>(message));
  }
}
