package dev.knit.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.table.GrowingSegment;
import dev.knit.table.SealedRows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableSummary;
import org.apache.flink.streaming.api.connector.sink2.CommittableWithLineage;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitAggregatorTest {
  @TempDir Path directory;

  @Test
  void eachCheckpointHasItsOwnParts() throws Exception {
    try (Harness harness = open(null)) {
      SealedRows first = deleted(1);
      SealedRows second = deleted(2);
      SealedRows third = deleted(3);
      give(harness, 1, first, second);
      harness.prepareSnapshotPreBarrier(1); // and is aborted: the committer still has it
      give(harness, 2, third);
      harness.prepareSnapshotPreBarrier(2);
      List<IndexCommittable> told = told(harness);
      assertThat(told).extracting(IndexCommittable::checkpoint).containsExactly(1L, 2L);
      assertThat(told.get(0).parts()).containsExactly(first, second);
      assertThat(told.get(1).parts()).containsExactly(third);
      assertThat(told.get(0).key()).isNotEqualTo(told.get(1).key());
    }
  }

  @Test
  void emptyCheckpointsAreToldWithoutACommittable() throws Exception {
    try (Harness harness = open(null)) {
      give(harness, 1);
      harness.prepareSnapshotPreBarrier(1);
      harness.prepareSnapshotPreBarrier(2);
      assertThat(told(harness)).isEmpty();
      assertThat(summaries(harness)).containsExactly(1L, 2L);
    }
  }

  @Test
  void theEndOfABoundedStreamIsToldOnce() throws Exception {
    try (Harness harness = open(null)) {
      give(harness, 1, deleted(1));
      harness.prepareSnapshotPreBarrier(1);
      give(harness, 2, deleted(2));
      harness.getOneInputOperator().finish();
      harness.prepareSnapshotPreBarrier(2);
      harness.prepareSnapshotPreBarrier(3);
      assertThat(told(harness)).hasSize(2);
      assertThat(summaries(harness)).containsExactly(1L, 2L, 3L);
    }
  }

  @Test
  void theSinkKeepsItsName() throws Exception {
    OperatorSubtaskState state;
    String name;
    try (Harness harness = open(null)) {
      give(harness, 1, deleted(1));
      harness.prepareSnapshotPreBarrier(1);
      name = told(harness).get(0).sink();
      state = harness.snapshot(1, 1);
    }
    try (Harness harness = open(state)) {
      give(harness, 2, deleted(2));
      harness.prepareSnapshotPreBarrier(2);
      assertThat(told(harness).get(0).sink()).isEqualTo(name);
    }
    try (Harness harness = open(null)) {
      give(harness, 1, deleted(1));
      harness.prepareSnapshotPreBarrier(1);
      assertThat(told(harness).get(0).sink()).isNotEqualTo(name);
    }
  }

  @Test
  void committablesAreWhatTheyWereAfterTravelling() throws Exception {
    IndexCommittableSerializer serializer = new IndexCommittableSerializer();
    IndexCommittable committable = new IndexCommittable("sink", 7, List.of(deleted(1), deleted(2)));
    byte[] bytes = serializer.serialize(committable);
    assertThat(serializer.deserialize(serializer.getVersion(), bytes)).isEqualTo(committable);
    assertThat(serializer.deserialize(1, bytes).key()).isEqualTo(committable.key());
  }

  /** A harness of the aggregator. */
  private static final class Harness
      extends OneInputStreamOperatorTestHarness<
          CommittableMessage<SealedRows>, CommittableMessage<IndexCommittable>> {
    Harness() throws Exception {
      super(new CommitAggregator());
    }
  }

  private static Harness open(OperatorSubtaskState state) throws Exception {
    Harness harness = new Harness();
    harness.setup();
    if (state != null) {
      harness.initializeState(state);
    }
    harness.open();
    return harness;
  }

  private SealedRows deleted(long id) throws Exception {
    TableAccess table = TableAccess.of(directory.toString());
    GrowingSegment segment =
        new GrowingSegment(
            table.io(), table.path(), table.createIfAbsent(TestRows.NUMBERS, TestRows.PARAMS), 1);
    segment.delete(id);
    return segment.seal();
  }

  private static void give(Harness harness, long checkpoint, SealedRows... parts) throws Exception {
    harness.processElement(new CommittableSummary<>(0, 1, checkpoint, parts.length, 0), checkpoint);
    for (SealedRows part : parts) {
      harness.processElement(new CommittableWithLineage<>(part, checkpoint, 0), checkpoint);
    }
  }

  private static List<IndexCommittable> told(Harness harness) {
    List<IndexCommittable> told = new ArrayList<>();
    for (CommittableMessage<IndexCommittable> message : harness.extractOutputValues()) {
      if (message instanceof CommittableWithLineage<IndexCommittable> one) {
        told.add(one.getCommittable());
      }
    }
    return told;
  }

  private static List<Long> summaries(Harness harness) {
    return harness.extractOutputValues().stream()
        .filter(CommittableSummary.class::isInstance)
        .map(CommittableMessage::getCheckpointId)
        .toList();
  }
}
