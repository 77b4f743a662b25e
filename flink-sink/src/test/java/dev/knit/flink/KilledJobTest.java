package dev.knit.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.flink.KilledJob.Place;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** JVMs with a job, its JobManager and its TaskManager are killed, and others go on. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class KilledJobTest {
  private static final int KILLS = Integer.getInteger("knit.job.kills", 4);
  private static final long SEED = Long.getLong("knit.seed", 1);
  private static final int MOST_PASSES = 4;
  private static final int MOST_MILLIS = 200;

  @TempDir Path directory;

  @Test
  void eachChangeIsThereOnceAfterKills() throws Exception {
    Random random = new Random(SEED);
    TableAccess table = KilledJob.table(directory);
    for (int kill = 0; kill < KILLS; kill++) {
      Place place = Place.values()[kill % Place.values().length];
      long before = table.table().newestVersion();
      try (JavaProcess job = start(place, random.nextInt(MOST_PASSES))) {
        if (place == Place.NOWHERE) {
          awaitVersion(table, before + 2, job);
          Thread.sleep(random.nextInt(MOST_MILLIS));
        } else {
          job.await(directory.resolve("held"));
        }
        job.kill();
      }
      Files.deleteIfExists(directory.resolve("held"));
      System.out.printf("killed %s at version %d%n", place, table.table().newestVersion());
    }
    String last;
    try (JavaProcess job = start(Place.NOWHERE, 0)) {
      last = job.output();
    }

    String told = "seed %d, %d kills".formatted(SEED, KILLS);
    assertThat(last).as("goes on from a checkpoint").contains("/chk-");
    ChangeLog log = KilledJob.log(SEED);
    assertThat(TestRows.of(table)).as(told).isEqualTo(log.rows(KilledJob.CHANGES));
    TestRows.assertWhole(table);
    log.assertVersionsAreStates(table, KilledJob.CHANGES, KilledJob.WRITERS, told);
  }

  private JavaProcess start(Place place, int passes) throws Exception {
    return JavaProcess.start(
        directory.resolve("log"), KilledJob.class, directory, SEED, place, passes);
  }

  private void awaitVersion(TableAccess table, long version, JavaProcess job) throws Exception {
    while (table.table().newestVersion() < version) {
      job.requireAlive();
      Thread.sleep(5);
    }
  }
}
