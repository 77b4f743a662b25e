package dev.knit.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On a cluster of two executors in processes of their own, one of which is killed at its work. */
@Tag("cluster")
class ExecutorLossTest {
  @TempDir static Path directory;
  private static Properties found;

  @BeforeAll
  static void run() throws Exception {
    found = ChildJvm.run(Main.class, directory, ChildJvm.cluster(directory));
  }

  @Test
  void aClusterBuildsTheSameIndexAsOneProcess() {
    KnitIndex index = Main.build(directory + "/expected");

    assertThat(found.getProperty("index")).isEqualTo(KnitIndexes.checksums(index).toString());
    assertThat(found.getProperty("join")).isEqualTo(Main.join(index));
  }

  @ParameterizedTest
  @ValueSource(strings = {"building", "searching", "selecting", "linking"})
  void aBuildSurvivesALossInEveryStep(String step) {
    assertThat(found.getProperty(step + ".lost")).isEqualTo("1");
    assertThat(found.getProperty(step)).isEqualTo(found.getProperty("index"));
  }

  @Test
  void aBuildByHashSurvivesALossWhileSubgraphsAreMerged() {
    assertThat(found.getProperty("merging.lost")).isEqualTo("1");
    assertThat(found.getProperty("merging")).isEqualTo(found.getProperty("hashed"));
  }

  @Test
  void aBuildRemovesWhatLostAttemptsLeft() throws Exception {
    for (String name : Main.STEPS) {
      assertThat(RefusedInputTest.files(directory.resolve(name)))
          .as("%s: rows, ids and graph by cell, manifest and hint", name)
          .hasSize(3 * Main.PARTITIONS + 2);
    }
    assertThat(RefusedInputTest.files(directory.resolve("merging")))
        .hasSize(2 * Main.PARTITIONS + 3);
  }

  @Test
  void aJoinSurvivesALoss() {
    assertThat(found.getProperty("rejoin.lost")).isEqualTo("1");
    assertThat(found.getProperty("rejoin")).isEqualTo(found.getProperty("join"));
  }

  /** The driver. */
  static final class Main {
    static final int PARTITIONS = 4;
    static final List<String> STEPS = List.of("building", "searching", "selecting", "linking");

    public static void main(String[] arguments) throws Exception {
      String directory = arguments[0];
      SparkSession spark =
          SparkSession.builder()
              .master("local-cluster[2,1,1024]")
              .config("spark.ui.enabled", false)
              .config("spark.driver.host", "127.0.0.1")
              .config("spark.sql.shuffle.partitions", 2)
              .config("spark.shuffle.io.maxRetries", 1) // of fetches from the one that is lost
              .config("spark.shuffle.io.retryWait", "100ms")
              .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
              .getOrCreate();
      SparkContext context = spark.sparkContext();
      Properties results = new Properties();
      KnitIndex index = build(directory + "/index");
      results.setProperty("index", KnitIndexes.checksums(index).toString());
      results.setProperty("join", join(index));
      for (String step : STEPS) {
        lose(context, step, Partitioning.CELLS, directory, results);
      }
      KnitIndex hashed = build(directory + "/hashed", Partitioning.HASH);
      results.setProperty("hashed", KnitIndexes.checksums(hashed).toString());
      lose(context, "merging", Partitioning.HASH, directory, results);
      ExecutorKiller killer = new ExecutorKiller(executors(context), "join");
      context.addSparkListener(killer);
      context.setJobDescription("join");
      results.setProperty("rejoin", join(index));
      results.setProperty("rejoin.lost", killer.lost(context));
      ChildJvm.store(results, Path.of(directory));
      spark.stop();
    }

    /** Builds while the executor that begins a task of the step is lost. */
    private static void lose(
        SparkContext context,
        String step,
        Partitioning partitioning,
        String directory,
        Properties results)
        throws Exception {
      ExecutorKiller killer = new ExecutorKiller(executors(context), "Knit: " + step);
      context.addSparkListener(killer);
      KnitIndex rebuilt = build(directory + "/" + step, partitioning);
      results.setProperty(step, KnitIndexes.checksums(rebuilt).toString());
      results.setProperty(step + ".lost", killer.lost(context));
    }

    static KnitIndex build(String path) {
      return build(path, Partitioning.CELLS);
    }

    static KnitIndex build(String path, Partitioning partitioning) {
      return KnitIndex.build(
          TestTables.items(5000, 16, 31),
          IndexSpec.of("id", "v").partitioning(partitioning).partitions(PARTITIONS),
          path);
    }

    /** All rows are measured, so that a task takes long enough to be killed in. */
    static String join(KnitIndex index) {
      Dataset<Row> queries = TestTables.queries(2000, 16, 31).repartition(4);
      return index
          .knnJoin(queries, "qv", KnnOptions.of(3).exactly())
          .selectExpr("sum(hash(q, id, _rank, _distance))", "count(*)")
          .head()
          .toString();
    }

    /** Process ids by executor, when both are there. */
    static Map<String, Long> executors(SparkContext context) throws InterruptedException {
      Map<String, Long> processes = new HashMap<>();
      for (int attempt = 0; processes.size() < 2 && attempt < 600; attempt++) {
        TimeUnit.MILLISECONDS.sleep(100);
        if (context.statusTracker().getExecutorInfos().length < 3) { // with the driver
          continue;
        }
        processes.clear();
        new JavaSparkContext(context)
            .parallelize(List.of(1, 2, 3, 4), 4)
            .map(number -> Main.process())
            .collect()
            .forEach(
                process -> {
                  String[] parts = process.split(" ");
                  processes.put(parts[0], Long.valueOf(parts[1]));
                });
      }
      return processes;
    }

    private static String process() throws InterruptedException {
      TimeUnit.MILLISECONDS.sleep(50); // so that one executor does not take all
      return SparkEnv.get().executorId() + " " + ProcessHandle.current().pid();
    }
  }
}
