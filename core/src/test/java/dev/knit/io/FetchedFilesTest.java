package dev.knit.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetchedFilesTest {
  private final AtomicInteger fetched = new AtomicInteger();
  private final FileIO storage =
      new ForwardingFileIO(new MemoryFileIO()) {
        @Override
        public InputStream open(String path) throws IOException {
          fetched.incrementAndGet();
          return super.open(path);
        }
      };
  private final FetchedFiles copies = new FetchedFiles(storage, 250);

  @AfterEach
  void giveBackSpace() throws IOException {
    copies.clear();
    assertThat(copies.bytes()).isZero();
  }

  @Test
  void aFileIsFetchedOnceHoweverManyReadIt() throws Exception {
    write("/a", 100);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<byte[]>> reads = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        reads.add(() -> read("/a"));
      }
      for (Future<byte[]> read : threads.invokeAll(reads)) {
        assertThat(read.get()).isEqualTo(bytes(100));
      }
    } finally {
      threads.shutdown();
    }
    assertThat(fetched).hasValue(1);
    assertThat(copies.bytes()).isEqualTo(100);
  }

  @Test
  void whatIsOnThisMachineIsReadWhereItIs(@TempDir Path directory) throws IOException {
    Files.write(directory.resolve("a"), bytes(100));
    FetchedFiles local =
        new FetchedFiles(new HadoopFileIO(new Configuration(false)), Long.MAX_VALUE);

    try (InputStream in = local.open(directory.resolve("a").toUri().toString())) {
      assertThat(in.readAllBytes()).isEqualTo(bytes(100));
    }
    assertThat(local.bytes()).isZero();
  }

  @Test
  void copiesThatWereNotUsedForLongestGoButNoneThatIsRead() throws IOException {
    for (String path : List.of("/a", "/b", "/c")) {
      write(path, 100);
    }
    try (InputStream first = copies.open("/a")) {
      read("/b");
      read("/c");
      assertThat(copies.bytes()).isEqualTo(200);
      assertThat(first.readAllBytes()).isEqualTo(bytes(100));
      read("/a");
      assertThat(fetched).hasValue(3);
      read("/b");
      assertThat(fetched).as("fetched again").hasValue(4);
    }
  }

  @Test
  void whatIsForgottenIsFetchedAnew() throws IOException {
    write("/a", 10);
    read("/a");
    copies.forget("/a");

    assertThat(read("/a")).isEqualTo(bytes(10));
    assertThat(fetched).hasValue(2);
  }

  @Test
  void aFileThatIsMissingIsLookedForEachTime() throws IOException {
    assertThatThrownBy(() -> copies.open("/a")).isInstanceOf(FileNotFoundException.class);
    write("/a", 10);

    assertThat(read("/a")).isEqualTo(bytes(10));
  }

  private void write(String path, int count) throws IOException {
    try (OutputStream out = storage.create(path)) {
      out.write(bytes(count));
    }
  }

  private byte[] read(String path) throws IOException {
    try (InputStream in = copies.open(path)) {
      return in.readAllBytes();
    }
  }

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    Arrays.setAll(new int[count], i -> bytes[i] = (byte) i);
    return bytes;
  }
}
