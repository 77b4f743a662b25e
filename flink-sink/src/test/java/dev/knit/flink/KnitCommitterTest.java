package dev.knit.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.table.CommitConflictException;
import dev.knit.table.CorruptIndexException;
import dev.knit.table.GrowingSegment;
import dev.knit.table.SealedRows;
import dev.knit.table.TableWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.api.connector.sink2.Committer.CommitRequest;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnitCommitterTest {
  @TempDir Path directory;
  private TableAccess table;
  private KnitCommitter committer;

  @BeforeEach
  void table() throws IOException {
    table = TableAccess.of(directory.resolve("table").toString());
    table.createIfAbsent(TestRows.NUMBERS, TestRows.PARAMS);
    committer = new KnitCommitter(table, new CommitMetrics(new UnregisteredMetricsGroup()));
  }

  /** One committable that is offered. */
  private static final class Request implements CommitRequest<IndexCommittable> {
    private final IndexCommittable committable;
    private boolean already;

    Request(IndexCommittable committable) {
      this.committable = committable;
    }

    @Override
    public IndexCommittable getCommittable() {
      return committable;
    }

    @Override
    public int getNumberOfRetries() {
      return 0;
    }

    @Override
    public void signalFailedWithKnownReason(Throwable reason) {
      throw new AssertionError("rows would be lost", reason);
    }

    @Override
    public void signalFailedWithUnknownReason(Throwable reason) {
      throw new AssertionError(reason);
    }

    @Override
    public void retryLater() {
      throw new AssertionError();
    }

    @Override
    public void updateAndRetryLater(IndexCommittable other) {
      throw new AssertionError();
    }

    @Override
    public void signalAlreadyCommitted() {
      already = true;
    }
  }

  @Test
  void whatIsOfferedTwiceIsCommittedOnce() throws Exception {
    IndexCommittable committable = committable(1, 5);
    assertThat(commit(committable).already).isFalse();
    new TableWriter(table.io(), table.path()).delete(List.of(3L), null);
    assertThat(commit(new IndexCommittable("sink", 9, committable.parts())).already).isTrue();
    assertThat(TestRows.of(table)).hasSize(4);
    assertThat(table.table().newestVersion()).isEqualTo(3);
  }

  @Test
  void aCheckpointNumberThatComesAgainWithOtherRowsIsCommitted() throws Exception {
    commit(committable(7, 5));
    commit(committable(8, 6));
    assertThat(commit(committable(7, 8)).already).isFalse();
    assertThat(TestRows.of(table)).hasSize(8);
  }

  @Test
  void aSegmentThatWasRemovedIsTold() throws Exception {
    IndexCommittable committable = committable(1, 5);
    table.io().deleteDirectory(table.path() + "/segments");
    assertThatThrownBy(() -> commit(committable))
        .isInstanceOf(CorruptIndexException.class)
        .hasMessageContaining("was it removed as garbage before the state that names it");
    assertThat(TestRows.of(table)).isEmpty();
  }

  @Test
  void aTableThatWasDroppedIsTold() throws Exception {
    IndexCommittable committable = committable(1, 5);
    Files.move(directory.resolve("table"), directory.resolve("dropped"));
    assertThatThrownBy(() -> commit(committable))
        .hasMessageContaining("is no Knit index: there is no such directory");
    table.createIfAbsent(TestRows.NUMBERS, TestRows.PARAMS);
    assertThatThrownBy(() -> commit(committable))
        .isInstanceOf(CommitConflictException.class)
        .hasMessageContaining("is of another table");
    assertThat(TestRows.of(table)).isEmpty();
  }

  private Request commit(IndexCommittable committable) throws IOException {
    Request request = new Request(committable);
    committer.commit(List.of(request));
    return request;
  }

  private IndexCommittable committable(long checkpoint, int rows) throws IOException {
    try (GrowingSegment segment =
        new GrowingSegment(table.io(), table.path(), table.table().snapshot(), 1)) {
      for (long id = 0; id < rows; id++) {
        segment.upsert(id, TestRows.vector(id), new Object[] {"row " + id});
      }
      SealedRows sealed = segment.seal();
      return new IndexCommittable("sink", checkpoint, List.of(sealed));
    }
  }
}
