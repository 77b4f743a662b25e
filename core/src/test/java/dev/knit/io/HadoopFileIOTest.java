package dev.knit.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HadoopFileIOTest {
  private static final int WRITERS = 8;

  @TempDir Path directory;
  private final FileIO io = new HadoopFileIO(new Configuration());

  @Test
  void fileReadsBackAsWritten() throws Exception {
    write("a/b/one", "hello");
    try (InputStream in = io.open(path("a/b/one"))) {
      assertThat(in.readAllBytes()).asString().isEqualTo("hello");
    }
    assertThat(io.length(path("a/b/one"))).isEqualTo(5);
    assertThat(io.exists(path("a/b/one"))).isTrue();
    assertThat(io.exists(path("a/b/two"))).isFalse();
  }

  @Test
  void pathMayHaveSchemeAndSpaces() throws Exception {
    write("with space/one", "hello");
    assertThat(io.length("file:" + path("with space/one"))).isEqualTo(5);
    assertThat(io.length("file://" + path("with space/one"))).isEqualTo(5);
  }

  @Test
  void nothingStandsBesideTheFilesThatWereWritten() throws Exception {
    write("one", "1");
    io.createIfAbsent(path("two"), bytes("2"));
    io.createIfAbsent(path("two"), bytes("3"));
    assertThat(io.list(path(""))).containsExactly("one", "two");
  }

  @Test
  void createRefusesToOverwrite() throws Exception {
    write("one", "1");
    assertThatThrownBy(() -> write("one", "2")).isInstanceOf(FileAlreadyExistsException.class);
    assertThat(directory.resolve("one")).hasContent("1");
  }

  @Test
  void secondToCreateIsToldAndChangesNothing() throws Exception {
    assertThat(io.createIfAbsent(path("log/one"), bytes("first"))).isTrue();
    assertThat(io.createIfAbsent(path("log/one"), bytes("second"))).isFalse();
    assertThat(directory.resolve("log/one")).hasContent("first");
  }

  @Test
  void oneOfManyThatCreateAtTheSameTimeWins() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    CyclicBarrier start = new CyclicBarrier(WRITERS);
    try {
      for (int round = 0; round < 50; round++) {
        String file = path("log/" + round);
        List<Future<Boolean>> outcomes = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
          byte[] content = bytes("writer " + writer);
          outcomes.add(
              threads.submit(
                  () -> {
                    start.await();
                    return io.createIfAbsent(file, content);
                  }));
        }
        List<Integer> winners = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
          if (outcomes.get(writer).get()) {
            winners.add(writer);
          }
        }
        assertThat(winners).hasSize(1);
        assertThat(Path.of(file)).hasContent("writer " + winners.get(0));
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(io.list(path("log"))).hasSize(50);
  }

  @Test
  void missingFileIsNotFound() {
    assertThatThrownBy(() -> io.open(path("one"))).isInstanceOf(FileNotFoundException.class);
    assertThatThrownBy(() -> io.length(path("one")))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessage("There is no file '%s'.", path("one"));
  }

  @Test
  void missingDirectoryHasNoNames() throws Exception {
    assertThat(io.list(path("none"))).isEmpty();
  }

  @Test
  void directoryIsDeletedWithAllInIt() throws Exception {
    write("a/b/one", "1");
    write("a/two", "2");
    io.deleteDirectory(path("a"));
    io.deleteDirectory(path("a"));
    assertThat(Files.exists(directory.resolve("a"))).isFalse();
  }

  @Test
  void schemeWithoutAtomicCreateIsRefused() {
    assertThatThrownBy(() -> io.exists("s3a://bucket/index"))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(
            "Index tables on 's3a:' are not supported yet ('s3a://bucket/index'); use file: or"
                + " hdfs:.");
  }

  @Test
  void pathWithoutSchemeIsOnTheDefaultFileSystem() {
    Configuration configuration = new Configuration();
    configuration.set("fs.defaultFS", "s3a://bucket");
    assertThatThrownBy(() -> new HadoopFileIO(configuration).exists("/index"))
        .hasMessageStartingWith("Index tables on 's3a:' are not supported yet");
  }

  private void write(String name, String content) throws Exception {
    try (OutputStream out = io.create(path(name))) {
      out.write(bytes(content));
    }
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
