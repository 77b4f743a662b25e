package dev.knit.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFilesTest {
  @TempDir Path directory;

  @Test
  void aFileInThePlaceOfADirectoryIsTold() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));

    assertThatThrownBy(() -> new LocalFiles().create(file.resolve("table/rows").toString()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("'%s' cannot be made: a file is in its place", file)
        .hasMessageContaining("may write to");
  }

  @Test
  void aDirectoryThatMayNotBeWrittenToIsTold() throws Exception {
    Path closed = Files.createDirectory(directory.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
    Assumptions.assumeFalse(Files.isWritable(closed), "This user may write anywhere.");

    assertThatThrownBy(() -> new LocalFiles().create(closed.resolve("table/rows").toString()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot be made: access is denied");
    assertThatThrownBy(() -> new LocalFiles().create(closed.resolve("rows").toString()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot be made: access is denied");
  }

  @Test
  void directoriesAreDeletedBesideThoseWhoPutFilesThere() throws Exception {
    LocalFiles files = new LocalFiles();
    String table = directory.resolve("table").toString();
    Thread writer =
        new Thread(
            () -> {
              for (int file = 0; file < 500; file++) {
                try (OutputStream out = files.create(table + "/" + file % 7 + "/" + file)) {
                  out.write(file);
                } catch (IOException e) {
                  continue; // its directory was deleted meanwhile
                }
              }
            });
    writer.start();
    while (writer.isAlive()) {
      files.deleteDirectory(table);
    }
    writer.join();
    files.deleteDirectory(table);
    assertThat(Files.exists(Path.of(table))).isFalse();
  }
}
