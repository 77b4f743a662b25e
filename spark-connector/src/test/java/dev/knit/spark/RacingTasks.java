package dev.knit.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Has the first task of each stage of a build's phases wait until Spark, which takes it for a
 * straggler, has started a copy of it elsewhere; both go on then at the same time. The executor
 * meanwhile serves what its other tasks left.
 */
public final class RacingTasks implements SparkPlugin {
  /** Names the directory, on a file system that all processes see, where copies leave a file. */
  static final String DIRECTORY = "spark.knit.test.races";

  private static final long PATIENCE_MILLIS = TimeUnit.SECONDS.toMillis(60);

  @Override
  public DriverPlugin driverPlugin() {
    return null;
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      private Path directory;

      @Override
      public void init(PluginContext context, Map<String, String> extra) {
        SparkConf conf = SparkEnv.get().conf();
        directory = Path.of(conf.get(DIRECTORY));
      }

      @Override
      public void onTaskStart() {
        TaskContext task = TaskContext.get();
        String phase = task.getLocalProperty("knit.phase");
        if (phase == null || task.partitionId() != 0) {
          return;
        }
        Path copied = directory.resolve(phase + "-" + task.stageId());
        if (task.attemptNumber() == 0) {
          await(copied);
        } else {
          create(copied);
        }
      }
    };
  }

  /** Where none comes, the test finds no file. */
  private static void await(Path copied) {
    long end = System.currentTimeMillis() + PATIENCE_MILLIS;
    try {
      while (!Files.exists(copied) && System.currentTimeMillis() < end) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void create(Path file) {
    try {
      Files.createFile(file);
    } catch (FileAlreadyExistsException e) {
      return; // by a copy before
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
