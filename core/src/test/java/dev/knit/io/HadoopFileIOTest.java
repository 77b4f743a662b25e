package dev.knit.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HadoopFileIOTest extends FileIOContract {
  @TempDir Path directory;
  private final FileIO io = new HadoopFileIO(new Configuration());

  @Override
  FileIO io() {
    return io;
  }

  @Override
  String root() {
    return directory.toString();
  }

  @Test
  void pathMayHaveSchemeAndSpaces() throws Exception {
    String file = directory.resolve("with space/one").toString();
    try (OutputStream out = io.create(file)) {
      out.write("hello".getBytes(StandardCharsets.UTF_8));
    }
    assertThat(io.length("file:" + file)).isEqualTo(5);
    assertThat(io.length("file://" + file)).isEqualTo(5);
  }

  @Test
  void missingFileIsNamed() {
    String file = directory.resolve("one").toString();
    assertThatThrownBy(() -> io.length(file)).hasMessage("There is no file '%s'.", file);
  }

  @Test
  void schemeWithoutAtomicCreateIsRefused() {
    assertThatThrownBy(() -> io.exists("ftp://host/index"))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(
            "'ftp:' is not known to create a file in one step ('ftp://host/index'); use file:, hdfs:"
                + " or s3a:.");
  }

  @Test
  void pathWithoutSchemeIsOnTheDefaultFileSystem() {
    Configuration configuration = new Configuration();
    configuration.set("fs.defaultFS", "ftp://host");
    assertThatThrownBy(() -> new HadoopFileIO(configuration).exists("/index"))
        .hasMessageStartingWith("'ftp:' is not known to create a file in one step");
  }
}
