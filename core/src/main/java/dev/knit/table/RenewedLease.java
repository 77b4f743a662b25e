package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lease that is renewed, on a thread that all of them share, until it is closed, its table is
 * dropped or this process ends; then it does not outlast its time. Safe for use by many threads.
 */
public final class RenewedLease implements AutoCloseable {
  /** How long a lease holds unless another time is chosen: ten minutes. */
  public static final Duration DURATION = Duration.ofMinutes(10);

  private static final Logger LOG = LoggerFactory.getLogger(RenewedLease.class);

  /** So that two renewals may fail before the lease is lost. */
  private static final int RENEWALS_PER_DURATION = 3;

  private static final ScheduledExecutorService RENEWALS =
      Executors.newSingleThreadScheduledExecutor(RenewedLease::thread);

  private final TableLease lease;
  private final ScheduledFuture<?> renewals;
  private boolean closed;

  private RenewedLease(TableLease lease, Duration duration) {
    this.lease = lease;
    long period = Math.max(1, duration.toMillis() / RENEWALS_PER_DURATION);
    this.renewals =
        RENEWALS.scheduleWithFixedDelay(this::renew, period, period, TimeUnit.MILLISECONDS);
  }

  /** Takes a lease for {@link #DURATION} at a time; errors as for {@link TableLease#take}. */
  public static RenewedLease take(FileIO io, String table, long version) throws IOException {
    return take(io, table, version, DURATION);
  }

  /** Takes a lease. */
  static RenewedLease take(FileIO io, String table, long version, Duration duration)
      throws IOException {
    return new RenewedLease(TableLease.take(io, table, version, duration), duration);
  }

  /** Gives the lease back; the second time does nothing. */
  @Override
  public synchronized void close() throws IOException {
    if (!closed) {
      closed = true;
      renewals.cancel(false);
      lease.close();
    }
  }

  private synchronized void renew() {
    if (closed) {
      return;
    }
    try {
      lease.renew();
    } catch (NoSuchIndexException e) {
      renewals.cancel(false);
      LOG.info("The lease of version {} has ended: {}", lease.version(), e.getMessage());
    } catch (IOException | RuntimeException e) {
      LOG.warn("The lease of version {} was not renewed; it is tried again.", lease.version(), e);
    }
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "knit-leases");
    thread.setDaemon(true);
    return thread;
  }
}
