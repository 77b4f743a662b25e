package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the newest version. A hint tells one that was the newest once; those behind it are tried
 * one after another. Without a hint, or with one that leads nowhere, the log is listed.
 */
final class VersionLog {
  private static final Logger LOG = LoggerFactory.getLogger(VersionLog.class);
  private static final int TRIES = 16;
  private static final int HINT_BYTES = 20;

  private final FileIO io;
  private final String table;

  VersionLog(FileIO io, String table) {
    this.io = io;
    this.table = table;
  }

  /** The newest version; 0 when there is none. */
  long newest() throws IOException {
    long version = hint();
    if (version == 0 || !has(version)) {
      return listed();
    }
    for (int tries = 0; tries < TRIES; tries++) {
      if (!has(version + 1)) {
        return version;
      }
      version++;
    }
    return listed();
  }

  /** A version that was the newest once, as far as the hint can be read; else 0. */
  long hint() {
    try (InputStream in = io.open(path())) {
      String text = new String(in.readNBytes(HINT_BYTES + 1), StandardCharsets.US_ASCII);
      return text.matches("[0-9]{20}") ? Long.parseLong(text) : 0;
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }

  /** Tells others where to look first; that it fails does not matter. */
  void tell(long version) {
    try {
      byte[] text = "%020d".formatted(version).getBytes(StandardCharsets.US_ASCII);
      io.replace(path(), text);
    } catch (IOException e) {
      LOG.debug("The hint of '{}' stays as it was.", table, e);
    }
  }

  private long listed() throws IOException {
    long newest = 0;
    for (String name : io.list(TableLayout.resolve(table, TableLayout.log()))) {
      newest = Math.max(newest, TableLayout.version(name));
    }
    return newest;
  }

  private boolean has(long version) throws IOException {
    return io.exists(TableLayout.resolve(table, TableLayout.manifest(version)));
  }

  private String path() {
    return TableLayout.resolve(table, TableLayout.hint());
  }
}
