package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Copies on this machine of files that are elsewhere, and of what was computed from them, so that
 * they are read or computed once for all processes. They are in the directory named by the system
 * property {@code knit.local.dir}, by default that for temporary files, below a directory that only
 * the user may enter; {@code knit.local.bytes} bounds them, by default to half of the space that
 * was free. Whoever uses one must verify it, because disks forget. Safe for use by many threads and
 * processes.
 */
final class LocalCopies {
  private final Path directory;
  private final LocalSpace space;

  /** Writes a file. */
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private LocalCopies(Path directory) throws IOException {
    this.directory = directory;
    this.space = new LocalSpace(directory);
  }

  /** The copies of this user, in the directory that the system property names now. */
  static LocalCopies open() throws IOException {
    Path parent =
        Path.of(System.getProperty("knit.local.dir", System.getProperty("java.io.tmpdir")));
    Path directory = parent.resolve("knit-" + System.getProperty("user.name"));
    try {
      createFor(directory);
      return new LocalCopies(directory);
    } catch (IOException e) {
      throw new IOException(
          "Local copies need a directory of one's own, '%s', which cannot be had: %s; name another place by -Dknit.local.dir."
              .formatted(directory, e.getMessage()),
          e);
    }
  }

  private static void createFor(Path directory) throws IOException {
    if (!directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createDirectories(directory);
      return;
    }
    var mine = PosixFilePermissions.fromString("rwx------");
    try {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(mine));
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory)
          || !Files.getPosixFilePermissions(directory).equals(mine)
          || !Files.isWritable(directory)) {
        throw new IOException("it is not one that only its owner may use", e);
      }
    }
  }

  /** A name for what comes of {@code parts}. */
  static String key(Object... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Object part : parts) {
        digest.update((part + "\n").getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static String key(String base, StoredFile file) {
    return key(base, file.path(), file.bytes(), file.crc32c());
  }

  /**
   * A copy of a data file, made if there is none; of those that ask at the same time one makes it.
   *
   * @throws CorruptIndexException when the file is not what was written; no copy stays
   */
  Path copy(FileIO io, String base, StoredFile file) throws IOException {
    return get(
        key(base, file),
        out -> {
          try (CheckedInput in = CheckedInput.open(io, base, file)) {
            in.copyTo(out);
          }
        });
  }

  /** The file of that name, made if there is none. */
  Path get(String key, Content content) throws IOException {
    Path file = directory.resolve(key);
    if (space.use(file)) {
      return file;
    }
    try (AutoCloseable lock = space.lock(key)) {
      if (!space.use(file)) {
        make(file, content);
      }
      return file;
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  /** Takes a copy away that has turned out to be damaged. */
  void forget(String base, StoredFile file) throws IOException {
    forget(key(base, file));
  }

  /** Takes away what has turned out to be damaged. */
  void forget(String key) throws IOException {
    Files.deleteIfExists(directory.resolve(key));
  }

  private void make(Path file, Content content) throws IOException {
    Path temporary = Files.createTempFile(directory, LocalSpace.TEMPORARY, "");
    try {
      try (OutputStream out = Files.newOutputStream(temporary)) {
        content.writeTo(out);
      }
      space.makeRoom(Files.size(temporary));
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
