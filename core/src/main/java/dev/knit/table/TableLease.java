package dev.knit.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.knit.io.FileEntry;
import dev.knit.io.FileIO;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;

/**
 * Keeps a version and its files while somebody reads it for long, and all files that are written
 * while it is held, for those who write for long. To be renewed well before its time is up, by the
 * clock of the storage. For one thread.
 */
public final class TableLease implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final FileIO io;
  private final String file;
  private final Terms terms;

  /**
   * What a lease says.
   *
   * @param since when it was taken, by the storage's clock; 0 for when the file was written
   */
  record Terms(long version, long millis, long since) {
    byte[] bytes() {
      return JSON.createObjectNode()
          .put("version", version)
          .put("millis", millis)
          .put("since", since)
          .toString()
          .getBytes(StandardCharsets.UTF_8);
    }
  }

  private TableLease(FileIO io, String file, Terms terms) {
    this.io = io;
    this.file = file;
    this.terms = terms;
  }

  /**
   * Takes a lease.
   *
   * @param duration how long it holds if it is not renewed
   * @throws NoSuchIndexException when the version has expired
   */
  public static TableLease take(FileIO io, String table, long version, Duration duration)
      throws IOException {
    String name = UUID.randomUUID().toString();
    String directory = TableLayout.resolve(table, TableLayout.leases());
    String file = TableLayout.resolve(directory, name);
    Terms terms = new Terms(version, duration.toMillis(), 0);
    io.replace(file, terms.bytes());
    long since = written(io, directory, name);
    TableLease lease = new TableLease(io, file, new Terms(version, terms.millis(), since));
    try {
      LedgerChange.requireKept(table, Snapshot.load(io, table), version);
    } catch (IOException | RuntimeException e) {
      lease.close();
      throw e;
    }
    return lease;
  }

  private static long written(FileIO io, String directory, String name) throws IOException {
    for (FileEntry entry : io.files(directory)) {
      if (entry.path().equals(name)) {
        return entry.modified();
      }
    }
    throw new FileNotFoundException(TableLayout.resolve(directory, name));
  }

  /** Begins its time anew. */
  public void renew() throws IOException {
    io.replace(file, terms.bytes());
  }

  /** The version that it keeps. */
  public long version() {
    return terms.version();
  }

  @Override
  public void close() throws IOException {
    io.delete(file);
  }

  /** What a lease says; null when it is gone. */
  static Terms read(FileIO io, String directory, FileEntry entry) throws IOException {
    try (InputStream in = io.open(TableLayout.resolve(directory, entry.path()))) {
      JsonNode terms = JSON.readTree(in);
      long since = terms.required("since").longValue();
      return new Terms(
          terms.required("version").longValue(),
          terms.required("millis").longValue(),
          since == 0 ? entry.modified() : since);
    } catch (FileNotFoundException e) {
      return null;
    } catch (JsonProcessingException | IllegalArgumentException e) {
      // being written: it is not known what it keeps
      return new Terms(0, Long.MAX_VALUE / 2, 0);
    }
  }
}
