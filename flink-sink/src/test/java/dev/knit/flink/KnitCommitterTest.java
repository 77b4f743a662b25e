package dev.knit.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.io.FileIO;
import dev.knit.io.HadoopFileIO;
import dev.knit.table.CommitConflictException;
import dev.knit.table.CorruptIndexException;
import dev.knit.table.GrowingSegment;
import dev.knit.table.SealedRows;
import dev.knit.table.Snapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.api.connector.sink2.Committer.CommitRequest;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.metrics.testutils.MetricListener;
import org.apache.hadoop.conf.Configuration;
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
    table.writer().delete(List.of(3L), null);
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

  @Test
  void aCommitThatWasOvertakenIsCountedAndTriedAgain() throws Exception {
    IndexCommittable committable = committable(1, 5);
    MetricListener told = new MetricListener();
    Overtaken storage = new Overtaken(() -> delete(100L));
    committer =
        new KnitCommitter(
            TableAccess.of(table.path(), storage), new CommitMetrics(told.getMetricGroup()));
    commit(committable);
    assertThat(told.getCounter("knit", "commitConflicts").orElseThrow().getCount()).isEqualTo(1);
    assertThat(told.getCounter("knit", "rowsAdded").orElseThrow().getCount()).isEqualTo(5);
    assertThat(told.getGauge("knit", "tableVersion").orElseThrow().getValue()).isEqualTo(4L);
    assertThat(TestRows.of(table)).hasSize(5);
  }

  /** Another row comes and goes. */
  private void delete(long id) {
    try {
      Snapshot base = table.table().snapshot();
      try (GrowingSegment segment = new GrowingSegment(table.io(), table.path(), base, 1)) {
        segment.upsert(id, TestRows.vector(id), new Object[] {"theirs"});
        table.writer().apply(List.of(segment.seal()), null);
      }
      table.writer().delete(List.of(id), null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Storage on which somebody else writes just before the first manifest of one's own. */
  private static final class Overtaken implements Storage {
    private static final long serialVersionUID = 1;
    private final transient Runnable other;
    private transient boolean happened;

    Overtaken(Runnable other) {
      this.other = other;
    }

    @Override
    public FileIO open() {
      FileIO files = new HadoopFileIO(new Configuration());
      return (FileIO)
          Proxy.newProxyInstance(
              FileIO.class.getClassLoader(),
              new Class<?>[] {FileIO.class},
              (proxy, method, arguments) -> {
                boolean manifest =
                    method.getName().equals("createIfAbsent")
                        && ((String) arguments[0]).contains("/_knit/log/");
                if (manifest && !happened) {
                  happened = true;
                  other.run();
                }
                try {
                  return method.invoke(files, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }
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
