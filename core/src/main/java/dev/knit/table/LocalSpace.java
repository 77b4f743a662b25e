package dev.knit.table;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * The room that copies take in a directory, and whose turn it is to make one. When there is not
 * enough, those used longest ago go; whoever has one mapped keeps it.
 */
final class LocalSpace {
  static final String TEMPORARY = "making-";
  private static final String LOCK = "lock-";
  private static final int POLL_MILLIS = 20;

  /** A process that was killed leaves its file behind; no copy takes this long. */
  private static final long ABANDONED_MILLIS = TimeUnit.DAYS.toMillis(1);

  /** Threads of one process may not wait for a file's lock together. */
  private static final ReentrantLock[] LOCKS =
      Stream.generate(ReentrantLock::new).limit(64).toArray(ReentrantLock[]::new);

  private final Path directory;

  LocalSpace(Path directory) {
    this.directory = directory;
  }

  private record Used(Path file, long bytes, long millis) {
    boolean isAbandoned() {
      return name().startsWith(TEMPORARY) && millis < System.currentTimeMillis() - ABANDONED_MILLIS;
    }

    boolean isCopy() {
      return !name().startsWith(TEMPORARY) && !name().startsWith(LOCK);
    }

    private String name() {
      return file.getFileName().toString();
    }
  }

  /** Notes that a file is used; returns whether it is there. */
  boolean use(Path file) throws IOException {
    try {
      Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis()));
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Waits until nobody else, here or in another process, makes a file of that name. */
  AutoCloseable lock(String key) throws IOException {
    int place = Math.floorMod(key.hashCode(), LOCKS.length);
    LOCKS[place].lock();
    try {
      FileChannel channel = locked(directory.resolve(LOCK + place));
      return () -> {
        try {
          channel.close();
        } finally {
          LOCKS[place].unlock();
        }
      };
    } catch (IOException | RuntimeException e) {
      LOCKS[place].unlock();
      throw e;
    }
  }

  /** A file that is locked until it is closed. */
  private static FileChannel locked(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    while (true) {
      try {
        channel.lock();
        return channel;
      } catch (OverlappingFileLockException e) { // by this class in another class loader
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    }
  }

  /** Removes copies until there is room for one more. */
  void makeRoom(long bytes) throws IOException {
    List<Used> files = files();
    long taken = files.stream().mapToLong(Used::bytes).sum();
    long limit = Long.getLong("knit.local.bytes", (taken + usable()) / 2);
    for (Used file : files) {
      if (file.isAbandoned() || file.isCopy() && taken > limit) {
        Files.deleteIfExists(file.file());
        taken -= file.bytes();
      }
    }
  }

  private long usable() throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }

  /** All files, those first that were used longest ago. */
  private List<Used> files() throws IOException {
    List<Used> files = new ArrayList<>();
    try (Stream<Path> paths = Files.list(directory)) {
      for (Path path : paths.toList()) {
        try {
          long millis = Files.getLastModifiedTime(path).toMillis();
          files.add(new Used(path, Files.size(path), millis));
        } catch (NoSuchFileException e) {
          // another process has removed it
        }
      }
    }
    files.sort(Comparator.comparingLong(Used::millis));
    return files;
  }
}
