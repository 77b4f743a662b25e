package dev.knit.spark;

import dev.knit.table.NoSuchIndexException;
import dev.knit.table.RenewedLease;
import dev.knit.table.Snapshot;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leases of the versions that this driver's queries read, one per version, as long as any of them
 * is in use: so a version may expire under a query that goes on for long, and its files stay.
 */
final class ReadLeases {
  private static final Logger LOG = LoggerFactory.getLogger(ReadLeases.class);
  private static final Cleaner CLEANER = Cleaner.create();
  private static final Map<Version, Held> HELD = new HashMap<>();

  private ReadLeases() {}

  private record Version(String table, long version) {}

  /** A lease with its readers; null where the storage took none. */
  private static final class Held {
    final RenewedLease lease;
    int readers;

    Held(RenewedLease lease) {
      this.lease = lease;
    }
  }

  /** Keeps the files of a version until {@code reader}, which is returned, is collected. */
  static <T> T hold(TableAccess table, Snapshot snapshot, T reader) throws IOException {
    held(table, snapshot, reader);
    return reader;
  }

  /** The same; what is returned gives them up before. */
  static Cleaner.Cleanable held(TableAccess table, Snapshot snapshot, Object reader)
      throws IOException {
    Version version = new Version(table.path(), snapshot.version());
    synchronized (HELD) {
      Held held = HELD.get(version);
      if (held == null) {
        held = new Held(take(table, snapshot));
        HELD.put(version, held);
      }
      held.readers++;
    }
    return CLEANER.register(reader, () -> release(version));
  }

  /** Keeps the files of a version while {@code work} reads them. */
  static <T> T during(TableAccess table, Snapshot snapshot, Callable<T> work) throws Exception {
    try (RenewedLease lease = take(table, snapshot)) {
      return work.call();
    }
  }

  /** Storage that may only be read takes no lease. */
  private static RenewedLease take(TableAccess table, Snapshot snapshot) throws IOException {
    try {
      return RenewedLease.take(table.io(), table.path(), snapshot.version());
    } catch (NoSuchIndexException e) {
      throw e;
    } catch (IOException e) {
      LOG.warn(
          "No lease could be written to '{}': when version {} expires, queries may lose its files.",
          table.path(),
          snapshot.version(),
          e);
      return null;
    }
  }

  private static void release(Version version) {
    Held held;
    synchronized (HELD) {
      held = HELD.get(version);
      if (--held.readers > 0) {
        return;
      }
      HELD.remove(version);
    }
    try {
      if (held.lease != null) {
        held.lease.close();
      }
    } catch (IOException e) {
      LOG.debug("The lease of {} is left to its time.", version, e);
    }
  }
}
