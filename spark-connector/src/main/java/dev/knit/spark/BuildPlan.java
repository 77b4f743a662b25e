package dev.knit.spark;

import dev.knit.table.IndexParams;
import dev.knit.vector.Metric;
import dev.knit.vector.SketchSpace;
import org.apache.spark.SparkContext;

/**
 * How the rows of a build are divided.
 *
 * @param partitions parts at most
 */
record BuildPlan(Partitioning partitioning, int partitions) {
  private static final int ROWS_WORTH_A_TASK = 10_000;
  private static final long HASHED_BYTES_PER_TASK = 256L << 20;

  /** So many cells for little data are enough for most clusters; more cost more merging. */
  private static final int CELLS = 16;

  private static final int ROWS_PER_CELL = 200_000;
  private static final int MOST_CELLS = 4096;

  /** What a task may take of its share of the heap. */
  private static final double HEAP_SHARE = 0.4;

  /** How full the two cells of a pair may be, over the mean. */
  private static final double FULLEST = 1.25;

  /**
   * As asked for, or chosen from rows, dimension and the executors' memory.
   *
   * @param partitions 0 to have them chosen
   */
  static BuildPlan of(
      SparkContext context,
      Partitioning partitioning,
      int partitions,
      SourceCheck check,
      IndexParams params) {
    Partitioning chosen =
        partitioning != Partitioning.AUTO
            ? partitioning
            : params.metric() == Metric.INNER_PRODUCT ? Partitioning.HASH : Partitioning.CELLS;
    int parts = partitions;
    if (parts == 0) {
      parts =
          chosen == Partitioning.CELLS
              ? cells(check, params.m(), Executors.heap(context) / Executors.tasks(context))
              : hashed(check, context.defaultParallelism());
    }
    return new BuildPlan(parts == 1 ? Partitioning.HASH : chosen, parts);
  }

  /** As many as there are cores, unless that makes tasks too small or too large. */
  private static int hashed(SourceCheck check, int cores) {
    long most = ceil(check.rows(), ROWS_WORTH_A_TASK);
    long least = ceil(check.rows() * check.dimension() * Float.BYTES, HASHED_BYTES_PER_TASK);
    return (int) Math.min(most, Math.max(least, cores));
  }

  /** So that a pair of cells fits in a task, and cells are worth one. */
  static int cells(SourceCheck check, int m, long taskHeap) {
    // float32 while it is read, codes, lists with lengths in a graph and in the pair's, sketches
    long lists = 2L * 2 * m * (Integer.BYTES + Float.BYTES);
    long perRow = 5L * check.dimension() + lists + sketches(check, m) + 64;
    double pairs = 2 * FULLEST * perRow * check.rows() / (HEAP_SHARE * taskHeap);
    long few = Math.min(CELLS, ceil(check.rows(), ROWS_WORTH_A_TASK));
    long many = ceil(check.rows(), ROWS_PER_CELL);
    return (int) Math.min(MOST_CELLS, Math.max((long) Math.ceil(pairs), Math.max(few, many)));
  }

  /** Bytes of the sketches of a node's edges, and of its projection. */
  private static long sketches(SourceCheck check, int m) {
    long bits = Math.min(check.dimension(), SketchSpace.MAX_BITS);
    return 2 * bits + 2L * m * (bits / Byte.SIZE + 2 * Integer.BYTES);
  }

  private static long ceil(long a, long b) {
    return (a + b - 1) / b;
  }
}
