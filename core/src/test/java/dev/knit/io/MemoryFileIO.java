package dev.knit.io;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/** Storage in memory, with a clock that only moves when something is written. */
public final class MemoryFileIO implements FileIO {
  private record Content(byte[] bytes, long modified) {}

  private final ConcurrentSkipListMap<String, Content> files = new ConcurrentSkipListMap<>();
  private final AtomicLong clock = new AtomicLong();

  @Override
  public InputStream open(String path) throws IOException {
    return new ByteArrayInputStream(content(path).bytes());
  }

  @Override
  public byte[] read(String path, long from, int count) throws IOException {
    byte[] bytes = content(path).bytes();
    if (from + count > bytes.length) {
      throw new EOFException(path);
    }
    return Arrays.copyOfRange(bytes, (int) from, (int) from + count);
  }

  @Override
  public OutputStream create(String path) throws IOException {
    if (files.containsKey(path)) {
      throw new FileAlreadyExistsException(path);
    }
    return new ByteArrayOutputStream() {
      @Override
      public void close() {
        files.put(path, content(toByteArray()));
      }
    };
  }

  @Override
  public boolean createIfAbsent(String path, byte[] bytes) {
    return files.putIfAbsent(path, content(bytes.clone())) == null;
  }

  @Override
  public long length(String path) throws IOException {
    return content(path).bytes().length;
  }

  @Override
  public boolean exists(String path) {
    return files.containsKey(path) || !below(path).isEmpty();
  }

  @Override
  public List<String> list(String directory) {
    TreeSet<String> names = new TreeSet<>();
    for (String path : below(directory).keySet()) {
      names.add(path.substring(directory.length() + 1).split("/")[0]);
    }
    return List.copyOf(names);
  }

  @Override
  public List<FileEntry> files(String directory) {
    List<FileEntry> entries = new ArrayList<>();
    below(directory)
        .forEach(
            (path, content) ->
                entries.add(
                    new FileEntry(
                        path.substring(directory.length() + 1),
                        content.bytes().length,
                        content.modified())));
    return entries;
  }

  @Override
  public void replace(String path, byte[] bytes) {
    files.put(path, content(bytes.clone()));
  }

  @Override
  public void delete(String path) {
    files.remove(path);
  }

  @Override
  public void deleteDirectory(String path) {
    below(path).clear();
  }

  private Content content(byte[] bytes) {
    return new Content(bytes, clock.incrementAndGet());
  }

  private Content content(String path) throws FileNotFoundException {
    Content content = files.get(path);
    if (content == null) {
      throw new FileNotFoundException(path);
    }
    return content;
  }

  private NavigableMap<String, Content> below(String directory) {
    return files.subMap(directory + "/", true, directory + "0", false);
  }
}
