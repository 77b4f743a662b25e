package dev.knit.io;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.UUID;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** HDFS, where the name node lets one rename to a name succeed. */
final class HdfsFiles extends HadoopFiles {
  HdfsFiles(FileSystem files) {
    super(files);
  }

  @Override
  public OutputStream create(String path) throws IOException {
    try {
      return new DurableOutput(files.create(new Path(path), false));
    } catch (FileAlreadyExistsException e) {
      throw new java.nio.file.FileAlreadyExistsException(path);
    }
  }

  @Override
  public boolean createIfAbsent(String path, byte[] bytes) throws IOException {
    Path file = new Path(path);
    Path temporary = new Path(file.getParent(), "." + file.getName() + "." + UUID.randomUUID());
    try (OutputStream out = create(temporary.toString())) {
      out.write(bytes);
    }
    if (files.rename(temporary, file)) {
      return true;
    }
    files.delete(temporary, false);
    if (!files.exists(file)) {
      throw new IOException("'%s' could not be renamed to '%s'.".formatted(temporary, file));
    }
    return false;
  }

  /** Reaches the disks of the data nodes before it is closed. */
  private static final class DurableOutput extends FilterOutputStream {
    private final FSDataOutputStream stream;
    private boolean closed;

    DurableOutput(FSDataOutputStream stream) {
      super(stream);
      this.stream = stream;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      stream.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        try (stream) {
          stream.hsync();
        }
      }
    }
  }
}
