package dev.knit.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
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

/** On a cluster of two executors in processes of their own, one of which is killed at its work. */
@Tag("cluster")
class ExecutorLossTest {
  @TempDir static Path directory;
  private static Properties found;

  @BeforeAll
  static void run() throws Exception {
    Files.createDirectories(directory.resolve("home/jars"));
    found =
        ChildJvm.run(
            Main.class,
            directory,
            Map.of(
                "SPARK_HOME", directory.resolve("home").toString(),
                "SPARK_SCALA_VERSION", "2.13",
                "SPARK_LOCAL_IP", "127.0.0.1"));
  }

  @Test
  void aClusterBuildsTheSameIndexAsOneProcess() {
    KnitIndex index = Main.build(directory + "/expected");

    assertThat(found.getProperty("index")).isEqualTo(KnitIndexes.checksums(index).toString());
    assertThat(found.getProperty("join")).isEqualTo(Main.join(index));
  }

  @Test
  void aBuildSurvivesALossWhileSubgraphsAreBuilt() {
    assertThat(found.getProperty("subgraphs.lost")).isEqualTo("1");
    assertThat(found.getProperty("subgraphs")).isEqualTo(found.getProperty("index"));
  }

  @Test
  void aBuildSurvivesALossWhileSubgraphsAreMerged() {
    assertThat(found.getProperty("merge.lost")).isEqualTo("1");
    assertThat(found.getProperty("merge")).isEqualTo(found.getProperty("index"));
  }

  @Test
  void aBuildRemovesWhatLostAttemptsLeft() throws Exception {
    for (String name : new String[] {"index", "subgraphs", "merge"}) {
      assertThat(RefusedInputTest.files(directory.resolve(name)))
          .as("%s: rows by partition, graph, manifest and hint", name)
          .hasSize(Main.PARTITIONS + 3);
    }
  }

  @Test
  void aJoinSurvivesALoss() {
    assertThat(found.getProperty("rejoin.lost")).isEqualTo("1");
    assertThat(found.getProperty("rejoin")).isEqualTo(found.getProperty("join"));
  }

  /** The driver. */
  static final class Main {
    static final int PARTITIONS = 4;

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
      for (String phase : new String[] {"subgraphs", "merge"}) {
        String description = phase.equals("merge") ? "Knit: merging" : "Knit: building";
        ExecutorKiller killer = new ExecutorKiller(executors(context), description);
        context.addSparkListener(killer);
        KnitIndex rebuilt = build(directory + "/" + phase);
        results.setProperty(phase, KnitIndexes.checksums(rebuilt).toString());
        results.setProperty(phase + ".lost", killer.lost(context));
      }
      ExecutorKiller killer = new ExecutorKiller(executors(context), "join");
      context.addSparkListener(killer);
      context.setJobDescription("join");
      results.setProperty("rejoin", join(index));
      results.setProperty("rejoin.lost", killer.lost(context));
      ChildJvm.store(results, Path.of(directory));
      spark.stop();
    }

    static KnitIndex build(String path) {
      return KnitIndex.build(
          TestTables.items(5000, 16, 31), IndexSpec.of("id", "v").partitions(PARTITIONS), path);
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
    private static Map<String, Long> executors(SparkContext context) throws InterruptedException {
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
