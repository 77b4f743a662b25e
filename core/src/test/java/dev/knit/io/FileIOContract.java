package dev.knit.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every storage of index tables must do. */
abstract class FileIOContract {
  private static final int WRITERS = 8;

  /** The storage under test. */
  abstract FileIO io();

  /** A new directory for each test, with its scheme. */
  abstract String root();

  /** How often many create one file. */
  int rounds() {
    return 50;
  }

  @Test
  void fileReadsBackAsWritten() throws Exception {
    write("a/b/one", "hello");
    assertThat(read("a/b/one")).isEqualTo("hello");
    assertThat(io().length(path("a/b/one"))).isEqualTo(5);
    assertThat(io().exists(path("a/b/one"))).isTrue();
    assertThat(io().exists(path("a/b/two"))).isFalse();
  }

  @Test
  void partOfFileReadsBackAsWritten() throws Exception {
    write("one", "hello");
    assertThat(io().read(path("one"), 1, 3)).isEqualTo(bytes("ell"));
    assertThat(io().read(path("one"), 5, 0)).isEmpty();
    assertThatThrownBy(() -> io().read(path("one"), 3, 3)).isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> io().read(path("two"), 0, 1))
        .isInstanceOf(FileNotFoundException.class);
  }

  @Test
  void nothingStandsBesideTheFilesThatWereWritten() throws Exception {
    write("one", "1");
    io().createIfAbsent(path("two"), bytes("2"));
    io().createIfAbsent(path("two"), bytes("3"));
    assertThat(io().list(path(""))).containsExactly("one", "two");
  }

  @Test
  void createRefusesToOverwrite() throws Exception {
    write("one", "1");
    assertThatThrownBy(() -> write("one", "2")).isInstanceOf(FileAlreadyExistsException.class);
    assertThat(read("one")).isEqualTo("1");
  }

  @Test
  void secondToCreateIsToldAndChangesNothing() throws Exception {
    assertThat(io().createIfAbsent(path("log/one"), bytes("first"))).isTrue();
    assertThat(io().createIfAbsent(path("log/one"), bytes("second"))).isFalse();
    assertThat(read("log/one")).isEqualTo("first");
  }

  @Test
  void oneOfManyThatCreateAtTheSameTimeWins() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    CyclicBarrier start = new CyclicBarrier(WRITERS);
    try {
      for (int round = 0; round < rounds(); round++) {
        String file = path("log/" + round);
        List<Future<Boolean>> outcomes = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
          byte[] content = bytes("writer " + writer);
          outcomes.add(
              threads.submit(
                  () -> {
                    start.await();
                    return io().createIfAbsent(file, content);
                  }));
        }
        List<Integer> winners = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
          if (outcomes.get(writer).get()) {
            winners.add(writer);
          }
        }
        assertThat(winners).hasSize(1);
        assertThat(read("log/" + round)).isEqualTo("writer " + winners.get(0));
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(io().list(path("log"))).hasSize(rounds());
  }

  @Test
  void missingFileIsNotFound() {
    assertThatThrownBy(() -> io().open(path("one"))).isInstanceOf(FileNotFoundException.class);
    assertThatThrownBy(() -> io().length(path("one"))).isInstanceOf(FileNotFoundException.class);
  }

  @Test
  void missingDirectoryHasNoNames() throws Exception {
    assertThat(io().list(path("none"))).isEmpty();
  }

  @Test
  void directoryIsDeletedWithAllInIt() throws Exception {
    write("a/b/one", "1");
    write("a/two", "2");
    io().deleteDirectory(path("a"));
    io().deleteDirectory(path("a"));
    assertThat(io().exists(path("a"))).isFalse();
  }

  @Test
  void filesAreFoundAtAllDepths() throws Exception {
    long before = System.currentTimeMillis();
    write("a/b/one", "1");
    write("a/two", "22");
    List<FileEntry> found = io().files(path("a"));
    assertThat(found).extracting(FileEntry::path).containsExactly("b/one", "two");
    assertThat(found).extracting(FileEntry::bytes).containsExactly(1L, 2L);
    assertThat(found).allMatch(file -> Math.abs(file.modified() - before) < 60_000);
    assertThat(io().files(path("none"))).isEmpty();
  }

  @Test
  void fileIsReplacedAndDeleted() throws Exception {
    io().replace(path("a/hint"), bytes("first"));
    io().replace(path("a/hint"), bytes("2nd"));
    assertThat(read("a/hint")).isEqualTo("2nd");
    assertThat(io().list(path("a"))).containsExactly("hint");
    io().delete(path("a/hint"));
    io().delete(path("a/hint"));
    assertThat(io().exists(path("a/hint"))).isFalse();
  }

  private void write(String name, String content) throws Exception {
    try (OutputStream out = io().create(path(name))) {
      out.write(bytes(content));
    }
  }

  private String read(String name) throws Exception {
    try (InputStream in = io().open(path(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String path(String name) {
    return root() + "/" + name;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
