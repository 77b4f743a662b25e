package dev.knit.flink;

import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;

/** Lets numbers pass slowly, so that there are checkpoints between them, and dies at times. */
final class SlowNumbers extends RichMapFunction<Long, Long>
    implements CheckpointedFunction, CheckpointListener {
  private static final long serialVersionUID = 1;
  private static final int PAUSE_MILLIS = 2;
  private final int perPause;
  private transient boolean snapshotTaken;

  SlowNumbers(int perPause) {
    this.perPause = perPause;
  }

  @Override
  public Long map(Long number) throws InterruptedException {
    if (number % perPause == 0) {
      Thread.sleep(PAUSE_MILLIS);
    }
    Faults.at(Faults.Place.RECORD, 4000);
    if (snapshotTaken) {
      snapshotTaken = false;
      Faults.at(Faults.Place.AFTER_SNAPSHOT, 10);
    }
    return number;
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) {
    Faults.at(Faults.Place.SNAPSHOT, 20);
    snapshotTaken = true;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) {}

  @Override
  public void notifyCheckpointComplete(long checkpoint) {
    Faults.at(Faults.Place.AFTER_COMPLETION, 10);
  }
}
