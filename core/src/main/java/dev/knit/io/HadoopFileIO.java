package dev.knit.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Storage by the rules of a Hadoop configuration: a path without a scheme is on the default file
 * system. {@code file:}, {@code hdfs:} and, from Hadoop 3.4.2, {@code s3a:} are known to create a
 * file in one step; other schemes are refused with an {@link UnsupportedOperationException} rather
 * than trusted.
 */
public final class HadoopFileIO implements FileIO {
  private final Configuration configuration;
  private final FileIO local = new LocalFiles();

  /** Storage as {@code configuration} describes it. */
  public HadoopFileIO(Configuration configuration) {
    this.configuration = configuration;
  }

  @Override
  public InputStream open(String path) throws IOException {
    return store(path).open(name(path));
  }

  @Override
  public byte[] read(String path, long from, int count) throws IOException {
    return store(path).read(name(path), from, count);
  }

  @Override
  public Optional<java.nio.file.Path> local(String path) throws IOException {
    return store(path).local(name(path));
  }

  @Override
  public OutputStream create(String path) throws IOException {
    return store(path).create(name(path));
  }

  @Override
  public boolean createIfAbsent(String path, byte[] bytes) throws IOException {
    return store(path).createIfAbsent(name(path), bytes);
  }

  @Override
  public long length(String path) throws IOException {
    return store(path).length(name(path));
  }

  @Override
  public boolean exists(String path) throws IOException {
    return store(path).exists(name(path));
  }

  @Override
  public List<String> list(String directory) throws IOException {
    return store(directory).list(name(directory));
  }

  @Override
  public List<FileEntry> files(String directory) throws IOException {
    return store(directory).files(name(directory));
  }

  @Override
  public void replace(String path, byte[] bytes) throws IOException {
    store(path).replace(name(path), bytes);
  }

  @Override
  public void delete(String path) throws IOException {
    store(path).delete(name(path));
  }

  @Override
  public void deleteDirectory(String path) throws IOException {
    store(path).deleteDirectory(name(path));
  }

  private FileIO store(String path) throws IOException {
    URI own = new Path(path).toUri();
    URI uri = own.getScheme() == null ? FileSystem.getDefaultUri(configuration) : own;
    return switch (uri.getScheme()) {
      case "file" -> local;
      case "hdfs" -> new HdfsFiles(FileSystem.get(uri, configuration));
      case "s3a" -> new S3Files(FileSystem.get(uri, configuration));
      default ->
          throw new UnsupportedOperationException(
              "'%s:' is not known to create a file in one step ('%s'); use file:, hdfs: or s3a:."
                  .formatted(uri.getScheme(), path));
    };
  }

  /** What a path is called on its own file system. */
  private static String name(String path) {
    return new Path(path).toUri().getPath();
  }
}
