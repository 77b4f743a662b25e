package dev.knit.io;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The local file system by java.nio; paths have no scheme. Hadoop's own lets several writers of one
 * file win and leaves {@code .crc} files; a hard link is created for one of them only.
 */
public final class LocalFiles implements FileIO {
  private static final int DELETES = 100;

  @Override
  public InputStream open(String path) throws IOException {
    try {
      return Files.newInputStream(Path.of(path));
    } catch (NoSuchFileException e) {
      throw notFound(path);
    }
  }

  @Override
  public byte[] read(String path, long from, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    try (FileChannel file = FileChannel.open(Path.of(path), StandardOpenOption.READ)) {
      while (bytes.hasRemaining()) {
        if (file.read(bytes, from + bytes.position()) < 0) {
          throw new EOFException("'%s' ends before byte %d.".formatted(path, from + bytes.limit()));
        }
      }
      return bytes.array();
    } catch (NoSuchFileException e) {
      throw notFound(path);
    }
  }

  @Override
  public Optional<Path> local(String path) {
    return Optional.of(Path.of(path));
  }

  @Override
  public OutputStream create(String path) throws IOException {
    Path file = Path.of(path).toAbsolutePath();
    createDirectories(file.getParent());
    return new DurableOutput(channel(file), file.getParent());
  }

  private static FileChannel channel(Path file) throws IOException {
    try {
      return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (AccessDeniedException e) {
      throw unwritable("File", file, e);
    }
  }

  /** Says what those of the JDK leave to the name of their class. */
  private static IOException unwritable(String kind, Path path, FileSystemException e) {
    return new IOException(
        "%s '%s' cannot be made: %s. Choose a place that this user may write to."
            .formatted(kind, path, reason(e)),
        e);
  }

  private static String reason(FileSystemException e) {
    if (e instanceof AccessDeniedException) {
      return "access is denied";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "a file is in its place";
    }
    return e instanceof NoSuchFileException
        ? "its file system does not take new ones there"
        : e.getReason();
  }

  @Override
  public boolean createIfAbsent(String path, byte[] bytes) throws IOException {
    Path file = Path.of(path).toAbsolutePath();
    Path temporary = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
    try (OutputStream out = create(temporary.toString())) {
      out.write(bytes);
    }
    try {
      Files.createLink(file, temporary);
    } catch (FileAlreadyExistsException e) {
      force(file.getParent()); // whoever linked it may have failed to
      return false;
    } catch (UnsupportedOperationException e) {
      throw new IOException("'%s' is on a file system without hard links.".formatted(path), e);
    } finally {
      Files.deleteIfExists(temporary);
    }
    force(file.getParent());
    return true;
  }

  @Override
  public long length(String path) throws IOException {
    try {
      return Files.size(Path.of(path));
    } catch (NoSuchFileException e) {
      throw notFound(path);
    }
  }

  @Override
  public boolean exists(String path) {
    return Files.exists(Path.of(path));
  }

  @Override
  public List<String> list(String directory) throws IOException {
    try (Stream<Path> files = Files.list(Path.of(directory))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (NotDirectoryException e) {
      if (exists(directory)) {
        throw new IOException("'%s' is a file, not a directory.".formatted(directory), e);
      }
      return List.of(); // it would be below a file
    }
  }

  @Override
  public List<FileEntry> files(String directory) throws IOException {
    Path root = Path.of(directory);
    List<FileEntry> entries = new ArrayList<>();
    if (!Files.isDirectory(root)) {
      return entries;
    }
    Files.walkFileTree(
        root,
        new PassingOver() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = root.relativize(file).toString().replace(File.separatorChar, '/');
            long modified = attributes.lastModifiedTime().toMillis();
            entries.add(new FileEntry(name, attributes.size(), modified));
            return FileVisitResult.CONTINUE;
          }
        });
    entries.sort(Comparator.comparing(FileEntry::path));
    return entries;
  }

  @Override
  public void replace(String path, byte[] bytes) throws IOException {
    Path file = Path.of(path).toAbsolutePath();
    Path temporary = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
    createDirectories(file.getParent());
    try {
      Files.write(temporary, bytes);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  @Override
  public void delete(String path) throws IOException {
    Files.deleteIfExists(Path.of(path));
  }

  /** Also what others put there while it is being deleted, unless they do not stop. */
  @Override
  public void deleteDirectory(String path) throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        deleteOnce(Path.of(path));
        return;
      } catch (DirectoryNotEmptyException e) {
        if (tries == DELETES) {
          throw new IOException(
              "'%s' cannot be deleted: others go on to put files there.".formatted(path), e);
        }
      }
    }
  }

  private static void deleteOnce(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new PassingOver() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException e)
              throws IOException {
            super.postVisitDirectory(visited, e);
            Files.deleteIfExists(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Passes over what was deleted meanwhile. */
  private static class PassingOver extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      return goOn(e);
    }

    @Override
    public FileVisitResult postVisitDirectory(Path visited, IOException e) throws IOException {
      return goOn(e);
    }

    private static FileVisitResult goOn(IOException e) throws IOException {
      if (e == null || e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }
  }

  private static FileNotFoundException notFound(String path) {
    return new FileNotFoundException("There is no file '%s'.".formatted(path));
  }

  private static void createDirectories(Path directory) throws IOException {
    if (directory == null || Files.isDirectory(directory)) {
      return;
    }
    createDirectories(directory.getParent());
    try {
      Files.createDirectories(directory);
    } catch (FileSystemException e) {
      throw unwritable("Directory", directory, e);
    }
    if (directory.getParent() != null) {
      force(directory.getParent());
    }
  }

  /** Makes new names in a directory survive a crash. */
  private static void force(Path directory) throws IOException {
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /** Reaches the disk before it is closed. */
  private static final class DurableOutput extends FilterOutputStream {
    private final FileChannel channel;
    private final Path directory;

    DurableOutput(FileChannel channel, Path directory) {
      super(new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16));
      this.channel = channel;
      this.directory = directory;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      if (!channel.isOpen()) {
        return;
      }
      try (channel) {
        flush();
        channel.force(true);
      }
      force(directory);
    }
  }
}
