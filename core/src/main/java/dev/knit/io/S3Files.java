package dev.knit.io;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * S3 by Hadoop's S3A, which from 3.4.2 can send {@code If-None-Match: *} with the request that
 * makes an object visible, when a stream is closed. Stores that ignore it are found out by the
 * self-test of a new table.
 */
final class S3Files extends HadoopFiles {
  private static final String CONDITIONAL = "fs.option.create.conditional.overwrite";

  S3Files(FileSystem files) throws IOException {
    super(files);
    if (!files.hasPathCapability(new Path("/"), CONDITIONAL)) {
      throw new UnsupportedOperationException(
          "'%s' cannot create an object only if it is absent; use hadoop-aws 3.4.2 or newer and leave fs.s3a.create.conditional.enabled on."
              .formatted(files.getUri()));
    }
  }

  @Override
  public OutputStream create(String path) throws IOException {
    return new FilterOutputStream(conditional(path)) {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
      }

      @Override
      public void close() throws IOException {
        try {
          out.close();
        } catch (IOException e) {
          throw exists(path) ? new FileAlreadyExistsException(path, null, e.getMessage()) : e;
        }
      }
    };
  }

  @Override
  public boolean createIfAbsent(String path, byte[] bytes) throws IOException {
    FSDataOutputStream out = conditional(path);
    try {
      out.write(bytes);
    } catch (IOException | RuntimeException | Error e) {
      out.abort(); // closing it would make a part visible
      throw e;
    }
    try {
      out.close();
      return true;
    } catch (IOException e) {
      if (exists(path)) {
        return false;
      }
      throw e;
    }
  }

  private FSDataOutputStream conditional(String path) throws IOException {
    FSDataOutputStreamBuilder<?, ?> builder = files.createFile(new Path(path));
    builder.overwrite(true); // decided by the store, not by a look before
    builder.must(CONDITIONAL, true);
    builder.opt("fs.s3a.create.performance", true);
    return builder.build();
  }
}
