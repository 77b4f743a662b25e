package dev.knit.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./knit stream}: Kafka, Flink and Spark on one table. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class StreamExampleTest {
  @TempDir Path directory;

  @Test
  void changesGoThroughKafkaIntoTheTableThatSparkJoins() throws Exception {
    try (JavaProcess spark =
        SparkProcess.start(
            directory.resolve("log"),
            "dev.knit.spark.cli.Main",
            "stream",
            "--limit=1500",
            "--rate=500",
            "--warehouse=" + directory.resolve("warehouse"))) {
      assertThat(spark.output())
          .containsPattern("all 1,[0-9]{3} changes sent to Kafka")
          .containsPattern(
              "joined 500 with their 10 nearest in [0-9.]+ s, recall (1.0000|0.9[0-9]{3})")
          .contains(": 0 lost or old, 0 that should be gone, 0 doubled; all files are whole");
    }
  }
}
