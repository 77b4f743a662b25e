package dev.knit.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On executors that are processes of their own, where Spark copies a task of every step. */
@Tag("cluster")
class SpeculationTest {
  @TempDir static Path directory;
  private static Properties found;

  @BeforeAll
  static void run() throws Exception {
    assumeTrue(TwoHosts.possible(), "needs 127.0.0.2 beside 127.0.0.1");
    Files.createDirectories(directory.resolve("home/jars"));
    found =
        ChildJvm.run(
            Main.class,
            directory,
            Map.of(
                "SPARK_HOME", directory.resolve("home").toString(), "SPARK_SCALA_VERSION", "2.13"));
  }

  @Test
  void copiesOfTasksInEveryStepOfABuildByCellsMakeNoDifference() {
    KnitIndex index = ExecutorLossTest.Main.build(directory + "/expected", Partitioning.CELLS);

    assertThat(found.getProperty("CELLS")).isEqualTo(KnitIndexes.checksums(index).toString());
    assertThat(copied(Partitioning.CELLS))
        .containsExactly("check", "division", "links", "pairs", "selection", "subgraphs", "upper");
  }

  @Test
  void copiesOfTasksInEveryStepOfABuildByHashMakeNoDifference() {
    KnitIndex index = ExecutorLossTest.Main.build(directory + "/hashed", Partitioning.HASH);

    assertThat(found.getProperty("HASH")).isEqualTo(KnitIndexes.checksums(index).toString());
    assertThat(copied(Partitioning.HASH)).containsExactly("check", "merge", "subgraphs");
  }

  /** Phases with a stage whose first task was copied. */
  private static List<String> copied(Partitioning partitioning) {
    return List.of(found.getProperty(partitioning + ".copied").split(","));
  }

  /** The driver, which is master and workers as well. */
  static final class Main {
    public static void main(String[] arguments) throws Exception {
      Path directory = Path.of(arguments[0]);
      Path races = Files.createDirectories(directory.resolve("races"));
      Properties results = new Properties();
      try (TwoHosts cluster = new TwoHosts(directory.resolve("work"))) {
        SparkSession spark = session(cluster.master(), races);
        ExecutorLossTest.Main.executors(spark.sparkContext());
        for (Partitioning partitioning : List.of(Partitioning.CELLS, Partitioning.HASH)) {
          KnitIndex index =
              ExecutorLossTest.Main.build(directory + "/" + partitioning, partitioning);
          results.setProperty("" + partitioning, KnitIndexes.checksums(index).toString());
          results.setProperty(partitioning + ".copied", String.join(",", copied(races)));
        }
        spark.stop();
      }
      ChildJvm.store(results, directory);
      System.exit(0);
    }

    private static SparkSession session(String master, Path races) {
      return SparkSession.builder()
          .master(master)
          .config("spark.ui.enabled", false)
          .config("spark.driver.host", "127.0.0.1")
          .config("spark.sql.shuffle.partitions", 2)
          .config("spark.executor.memory", "1g")
          .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
          .config("spark.plugins", RacingTasks.class.getName())
          .config(RacingTasks.DIRECTORY, races.toString())
          .config("spark.speculation", true)
          .config("spark.speculation.interval", "20ms")
          .config("spark.speculation.multiplier", 1.0)
          .config("spark.speculation.quantile", 0.1)
          .config("spark.speculation.task.duration.threshold", "300ms") // where there is one task
          .config("spark.speculation.efficiency.enabled", false)
          .getOrCreate();
    }

    /** The phases of which there are files, which are removed. */
    private static TreeSet<String> copied(Path races) throws Exception {
      TreeSet<String> phases = new TreeSet<>();
      try (Stream<Path> files = Files.list(races)) {
        for (Path file : files.toList()) {
          String name = file.getFileName().toString(); // UUID, phase, stage
          phases.add(name.substring(36, name.lastIndexOf('-')));
          Files.delete(file);
        }
      }
      return phases;
    }
  }
}
