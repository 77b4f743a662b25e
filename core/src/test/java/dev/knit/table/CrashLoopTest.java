package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.io.FileIO;
import dev.knit.io.HadoopFileIO;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Four processes write to one table and are killed at any moment, again and again. */
class CrashLoopTest {
  private static final int WRITERS = 4;
  private static final int KILLS = Integer.getInteger("knit.kills", 100);
  private static final int LONGEST_LIFE_MILLIS = 120;

  @TempDir Path directory;
  private final FileIO io = new HadoopFileIO(new Configuration(false));
  private final AtomicInteger kills = new AtomicInteger();
  private String path;

  @Test
  void nothingIsLostOrDoubledByCrashes() throws Exception {
    path = directory.resolve("table").toUri().toString();
    TableCommit.create(io, path, TokenTable.first());
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    List<Future<Long>> told = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      int writer = i;
      told.add(threads.submit(() -> live(writer)));
    }
    List<Long> last = new ArrayList<>();
    for (Future<Long> writer : told) {
      last.add(writer.get());
    }
    threads.shutdown();
    check(last);
  }

  /** Lets a writer live and die until there were enough kills; returns the last row it told of. */
  private long live(int writer) throws Exception {
    Random random = new Random(writer);
    long last = 0;
    do {
      Process process = start(writer, last);
      try (BufferedReader out = process.inputReader()) {
        String line = out.readLine(); // it is at work
        Thread.sleep(random.nextInt(LONGEST_LIFE_MILLIS));
        process.toHandle().destroyForcibly(); // leaves what it told to be read
        process.waitFor();
        for (; line != null; line = out.readLine()) {
          last = line.isEmpty() ? last : Long.parseLong(line);
        }
      }
      assertThat(process.exitValue()).as("exit of writer %d: killed", writer).isEqualTo(128 + 9);
    } while (kills.incrementAndGet() <= KILLS - WRITERS);
    return last;
  }

  private Process start(int writer, long last) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-cp",
            System.getProperty("java.class.path"),
            CrashWriter.class.getName(),
            path,
            Integer.toString(writer),
            Long.toString(last))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private void check(List<Long> told) throws IOException {
    IndexTable table = new IndexTable(io, path);
    Snapshot newest = table.snapshot();
    TreeSet<Long> expected = new TreeSet<>();
    for (int writer = 0; writer < WRITERS; writer++) {
      List<CommitRing.Entry> entries =
          newest.ledger().ring().writers().getOrDefault("writer " + writer, List.of());
      long last = entries.isEmpty() ? 0 : entries.get(entries.size() - 1).id();
      assertThat(last).isBetween(told.get(writer), told.get(writer) + 1);
      for (long id = 1; id <= last; id++) {
        expected.add(CrashWriter.row(writer, id));
      }
    }
    assertThat(expected).hasSizeGreaterThan(KILLS);
    assertThat(new TokenTable(io, path).content(newest)).isEqualTo(expected);
    for (long version = 2; version <= newest.version(); version++) {
      assertThat(table.snapshot(version).parentVersion()).isEqualTo(version - 1);
    }
  }
}
