package dev.knit.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/** Storage that is another's, to be changed in some respect. */
public abstract class ForwardingFileIO implements FileIO {
  protected final FileIO io;

  protected ForwardingFileIO(FileIO io) {
    this.io = io;
  }

  @Override
  public InputStream open(String path) throws IOException {
    return io.open(path);
  }

  @Override
  public byte[] read(String path, long from, int count) throws IOException {
    return io.read(path, from, count);
  }

  @Override
  public OutputStream create(String path) throws IOException {
    return io.create(path);
  }

  @Override
  public boolean createIfAbsent(String path, byte[] bytes) throws IOException {
    return io.createIfAbsent(path, bytes);
  }

  @Override
  public long length(String path) throws IOException {
    return io.length(path);
  }

  @Override
  public boolean exists(String path) throws IOException {
    return io.exists(path);
  }

  @Override
  public List<String> list(String directory) throws IOException {
    return io.list(directory);
  }

  @Override
  public List<FileEntry> files(String directory) throws IOException {
    return io.files(directory);
  }

  @Override
  public void replace(String path, byte[] bytes) throws IOException {
    io.replace(path, bytes);
  }

  @Override
  public void delete(String path) throws IOException {
    io.delete(path);
  }

  @Override
  public void deleteDirectory(String path) throws IOException {
    io.deleteDirectory(path);
  }
}
