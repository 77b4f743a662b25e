package dev.knit.flink;

import dev.knit.table.CommitKey;
import dev.knit.table.Snapshot;
import dev.knit.table.TableWriter;
import java.io.IOException;
import java.util.Collection;
import java.util.Optional;
import org.apache.flink.api.connector.sink2.Committer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits what checkpoints hold, each in a version of its own, once however often it is offered.
 * What fails is offered again after a restart; nothing is ever given up.
 */
final class KnitCommitter implements Committer<IndexCommittable> {
  private static final Logger LOG = LoggerFactory.getLogger(KnitCommitter.class);

  private final TableAccess table;
  private final boolean overwrite;
  private final CommitMetrics metrics;

  KnitCommitter(TableAccess table, CommitMetrics metrics) {
    this(table, false, metrics);
  }

  KnitCommitter(TableAccess table, boolean overwrite, CommitMetrics metrics) {
    this.table = table;
    this.overwrite = overwrite;
    this.metrics = metrics;
  }

  @Override
  public void commit(Collection<CommitRequest<IndexCommittable>> requests) throws IOException {
    for (CommitRequest<IndexCommittable> request : requests) {
      commit(request);
    }
  }

  private void commit(CommitRequest<IndexCommittable> request) throws IOException {
    IndexCommittable committable = request.getCommittable();
    TableWriter writer = table.writer(metrics::conflicted);
    CommitKey key = committable.key();
    Optional<Snapshot> made = writer.committed(key);
    if (made.isPresent()) {
      LOG.info(
          "Checkpoint {} is in '{}' already, as version {}.",
          committable.checkpoint(),
          table.path(),
          made.get().version());
      request.signalAlreadyCommitted();
      return;
    }
    long start = System.nanoTime();
    Snapshot version =
        overwrite
            ? writer.overwrite(committable.parts(), key)
            : writer.apply(committable.parts(), key);
    metrics.committed(committable, version, System.nanoTime() - start);
  }

  @Override
  public void close() {}
}
