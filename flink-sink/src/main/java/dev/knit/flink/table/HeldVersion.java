package dev.knit.flink.table;

import dev.knit.flink.TableAccess;
import dev.knit.table.NoSuchIndexException;
import dev.knit.table.RenewedLease;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the files of a version while it is read, where the storage can be written to. */
final class HeldVersion implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HeldVersion.class);

  private final RenewedLease lease;

  private HeldVersion(RenewedLease lease) {
    this.lease = lease;
  }

  /**
   * Holds a version.
   *
   * @throws NoSuchIndexException when it has expired
   */
  static HeldVersion of(TableAccess table, long version) throws IOException {
    try {
      return new HeldVersion(RenewedLease.take(table.io(), table.path(), version));
    } catch (NoSuchIndexException e) {
      throw e;
    } catch (IOException e) {
      LOG.warn(
          "No lease could be written to '{}': when version {} expires, readers may lose its files.",
          table.path(),
          version,
          e);
      return new HeldVersion(null);
    }
  }

  @Override
  public void close() {
    try {
      if (lease != null) {
        lease.close();
      }
    } catch (IOException e) {
      LOG.debug("A lease is left to its time.", e);
    }
  }
}
