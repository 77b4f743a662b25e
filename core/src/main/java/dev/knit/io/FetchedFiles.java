package dev.knit.io;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads files of a storage elsewhere that are needed for a while and never change, each of which is
 * fetched once and then read from a copy in the directory named by the system property {@code
 * knit.local.dir}, by default that for temporary files. They are removed when the process ends;
 * those used longest ago go when they take more than {@code limit} bytes. Whoever reads verifies
 * what is read, as from the storage. Safe for use by many threads.
 */
public final class FetchedFiles implements FileIO {
  private final FileIO storage;
  private final long limit;
  private final Map<String, Copy> copies = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /** Copies of files of {@code storage}; those in use may take more than {@code limit} bytes. */
  public FetchedFiles(FileIO storage, long limit) {
    this.storage = storage;
    this.limit = limit;
  }

  private static final class Copy {
    Path file; // null until it is whole; guarded by the copy
    int users; // guarded by the cache
    long bytes; // guarded by the cache

    synchronized Path file(FileIO storage, String path) throws IOException {
      if (file == null) {
        file = fetch(storage, path);
      }
      return file;
    }

    private static Path fetch(FileIO storage, String path) throws IOException {
      String directory = System.getProperty("knit.local.dir", System.getProperty("java.io.tmpdir"));
      Path file = Files.createTempFile(Path.of(directory), "knit-copy-", ".tmp");
      file.toFile().deleteOnExit();
      try (InputStream in = storage.open(path)) {
        Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        return file;
      } catch (IOException | RuntimeException | Error e) {
        Files.deleteIfExists(file);
        throw e;
      }
    }
  }

  @Override
  public InputStream open(String path) throws IOException {
    if (storage.local(path).isPresent()) {
      return storage.open(path);
    }
    Copy copy = use(path);
    try {
      Path file = copy.file(storage, path);
      settle(copy, Files.size(file));
      return new CopyInput(Files.newInputStream(file), copy);
    } catch (IOException | RuntimeException | Error e) {
      release(copy);
      forget(path);
      throw e;
    }
  }

  /** Fetches a file anew when it is next read: what was read was wrong. */
  public synchronized void forget(String path) throws IOException {
    Copy copy = copies.get(path);
    if (copy != null && copy.users == 0) {
      copies.remove(path);
      close(copy);
    }
  }

  /** Gives back the space of all copies that nobody reads. */
  public synchronized void clear() throws IOException {
    evict(0);
  }

  /** What all copies take. */
  public synchronized long bytes() {
    return bytes;
  }

  private synchronized Copy use(String path) {
    Copy copy = copies.computeIfAbsent(path, name -> new Copy());
    copy.users++;
    return copy;
  }

  private synchronized void settle(Copy copy, long size) throws IOException {
    bytes += size - copy.bytes;
    copy.bytes = size;
    evict(limit);
  }

  private synchronized void release(Copy copy) {
    copy.users--;
  }

  private void evict(long target) throws IOException {
    Iterator<Copy> oldest = copies.values().iterator();
    while (bytes > target && oldest.hasNext()) {
      Copy copy = oldest.next();
      if (copy.users == 0) {
        oldest.remove();
        close(copy);
      }
    }
  }

  private void close(Copy copy) throws IOException {
    bytes -= copy.bytes;
    if (copy.file != null) {
      Files.deleteIfExists(copy.file);
    }
  }

  /** A stream of its own, so that the interrupt of one reader does not disturb others. */
  private final class CopyInput extends FilterInputStream {
    private final Copy copy;
    private boolean open = true;

    CopyInput(InputStream in, Copy copy) {
      super(in);
      this.copy = copy;
    }

    @Override
    public void close() throws IOException {
      if (open) {
        open = false;
        release(copy);
      }
      super.close();
    }
  }

  @Override
  public byte[] read(String path, long from, int count) throws IOException {
    return storage.read(path, from, count);
  }

  @Override
  public OutputStream create(String path) throws IOException {
    return storage.create(path);
  }

  @Override
  public boolean createIfAbsent(String path, byte[] content) throws IOException {
    return storage.createIfAbsent(path, content);
  }

  @Override
  public long length(String path) throws IOException {
    return storage.length(path);
  }

  @Override
  public boolean exists(String path) throws IOException {
    return storage.exists(path);
  }

  @Override
  public List<String> list(String directory) throws IOException {
    return storage.list(directory);
  }

  @Override
  public List<FileEntry> files(String directory) throws IOException {
    return storage.files(directory);
  }

  @Override
  public void replace(String path, byte[] content) throws IOException {
    storage.replace(path, content);
  }

  @Override
  public void delete(String path) throws IOException {
    storage.delete(path);
  }

  @Override
  public void deleteDirectory(String path) throws IOException {
    storage.deleteDirectory(path);
  }
}
