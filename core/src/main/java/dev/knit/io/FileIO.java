package dev.knit.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The few operations an index table needs of a file system. Files are written once, then read or
 * deleted; only hints and leases are ever replaced. Paths are strings, absolute, with or without a
 * scheme. Safe for use by many threads.
 */
public interface FileIO {

  /**
   * Reads a file from its start.
   *
   * @throws java.io.FileNotFoundException when there is none
   */
  InputStream open(String path) throws IOException;

  /**
   * Reads {@code count} bytes of a file, from byte {@code from} on.
   *
   * @throws java.io.FileNotFoundException when there is none
   * @throws java.io.EOFException when it ends before
   */
  byte[] read(String path, long from, int count) throws IOException;

  /** The file itself when it is one of this machine, to be mapped; whether it exists or not. */
  default Optional<Path> local(String path) throws IOException {
    return Optional.empty();
  }

  /**
   * Writes a new file and the directories above it. Once {@code close} has returned the bytes
   * survive a crash of the machine.
   *
   * @throws java.nio.file.FileAlreadyExistsException when there is such a file
   */
  OutputStream create(String path) throws IOException;

  /**
   * Creates a file with this content in one step, unless it exists: of any number of callers, in
   * any number of processes, one gets true. A reader sees all of the file or none of it.
   *
   * @return false when the file existed; it is left as it was
   * @throws IOException when the outcome is not known: the file may exist or not
   */
  boolean createIfAbsent(String path, byte[] bytes) throws IOException;

  /**
   * Bytes in a file.
   *
   * @throws java.io.FileNotFoundException when there is none
   */
  long length(String path) throws IOException;

  /** Whether a file or directory exists. */
  boolean exists(String path) throws IOException;

  /** The names in a directory, in order; none when it does not exist. */
  List<String> list(String directory) throws IOException;

  /** All files below a directory, in order of their paths; none when it does not exist. */
  List<FileEntry> files(String directory) throws IOException;

  /**
   * Writes a file anew, whether it exists or not. A reader may see it absent, or see a part of it,
   * when it reads at the same time or when the writer fails.
   */
  void replace(String path, byte[] bytes) throws IOException;

  /** Deletes a file, if it exists. */
  void delete(String path) throws IOException;

  /** Deletes a directory with all that is in it, if it exists. */
  void deleteDirectory(String path) throws IOException;
}
