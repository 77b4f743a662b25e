package dev.knit.spark;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.storage.BlockManagerId;
import scala.jdk.javaapi.CollectionConverters;

/** The executors of an application; where it is local, its only process. */
final class Executors {
  private Executors() {}

  /** Bytes of the heap of one. */
  static long heap(SparkContext context) {
    return context.isLocal()
        ? Runtime.getRuntime().maxMemory()
        : context.conf().getSizeAsBytes("spark.executor.memory", "1g");
  }

  /** How many tasks one runs at a time. */
  static int tasks(SparkContext context) {
    if (context.isLocal()) {
      return Math.max(1, context.defaultParallelism());
    }
    int cores = context.conf().getInt("spark.executor.cores", 1);
    return Math.max(1, cores / Math.max(1, context.conf().getInt("spark.task.cpus", 1)));
  }

  /** Those that are there now, in an order that stays, as Spark's scheduler calls them. */
  static List<String> places(SparkContext context) {
    return CollectionConverters.asJava(
            context.env().blockManager().master().getMemoryStatus().keySet())
        .stream()
        .filter(executor -> !executor.isDriver())
        .sorted(
            Comparator.comparing((BlockManagerId executor) -> executor.executorId().length())
                .thenComparing(BlockManagerId::executorId))
        .map(executor -> "executor_" + executor.host() + "_" + executor.executorId())
        .toList();
  }

  /**
   * Those of {@link #places} that should search a group of segments: all are some group's; where
   * there are more groups, one has several.
   */
  static List<String> preferred(List<String> places, int group, int groups) {
    List<String> some = new ArrayList<>();
    for (int i = group % Math.max(1, places.size()); i < places.size(); i += groups) {
      some.add(places.get(i));
    }
    return some;
  }
}
