package dev.knit.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.knit.io.FileEntry;
import dev.knit.io.FileIO;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.UUID;

/**
 * Keeps a version and its files while somebody reads it for long, and all later versions and files
 * that are written while it is held, for those who write for long. To be renewed well before its
 * time is up, by the clock of the storage. For one thread.
 */
public final class TableLease implements AutoCloseable {
  /** So long a lease may hold without being renewed, and holds one that cannot be read. */
  public static final Duration LONGEST = Duration.ofDays(7);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final FileIO io;
  private final String table;
  private final String file;
  private final Terms terms;

  /**
   * What a lease says.
   *
   * @param since when it was taken, by the storage's clock; 0 for when the file was written
   */
  record Terms(long version, long millis, long since) {
    byte[] bytes() {
      return CheckedText.bytes(
          JSON.createObjectNode()
              .put("version", version)
              .put("millis", millis)
              .put("since", since)
              .toString());
    }
  }

  private TableLease(FileIO io, String table, String file, Terms terms) {
    this.io = io;
    this.table = table;
    this.file = file;
    this.terms = terms;
  }

  /**
   * Takes a lease.
   *
   * @param duration how long it holds if it is not renewed, at most {@link #LONGEST}
   * @throws NoSuchIndexException when the version has expired
   */
  public static TableLease take(FileIO io, String table, long version, Duration duration)
      throws IOException {
    if (duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "A lease for %s is too long; take one for at most %s and renew it."
              .formatted(duration, LONGEST));
    }
    String name = UUID.randomUUID().toString();
    String directory = TableLayout.resolve(table, TableLayout.leases());
    String file = TableLayout.resolve(directory, name);
    Terms terms = new Terms(version, duration.toMillis(), 0);
    io.replace(file, terms.bytes());
    long since = written(io, directory, name);
    TableLease lease = new TableLease(io, table, file, new Terms(version, terms.millis(), since));
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

  /**
   * Begins its time anew.
   *
   * @throws NoSuchIndexException when the table was dropped
   */
  public void renew() throws IOException {
    IndexTable.requireThere(io, table);
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
    String file = TableLayout.resolve(directory, entry.path());
    try (InputStream in = io.open(file)) {
      JsonNode terms = JSON.readTree(CheckedText.text(file, in.readAllBytes()));
      long since = terms.required("since").longValue();
      return new Terms(
          terms.required("version").longValue(),
          terms.required("millis").longValue(),
          since == 0 ? entry.modified() : since);
    } catch (FileNotFoundException e) {
      return null;
    } catch (CorruptIndexException | JsonProcessingException | IllegalArgumentException e) {
      // being written, or damaged: it is not known what it keeps
      return new Terms(0, LONGEST.toMillis(), 0);
    }
  }
}
