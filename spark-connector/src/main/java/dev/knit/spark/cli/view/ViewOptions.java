package dev.knit.spark.cli.view;

import java.util.List;

/**
 * How much of an index a page shows.
 *
 * @param queries rows to search for, for the recall
 * @param k neighbors of a query
 * @param efs widths of beams
 * @param walks rows whose search is told step by step
 * @param walkEf width of their beam
 * @param label a metadata column by which to name rows beside their ids; null for none
 * @param seed of the samples
 */
public record ViewOptions(
    int queries, int k, List<Integer> efs, int walks, int walkEf, String label, long seed) {
  /**
   * Checks the ranges and puts efs in order.
   *
   * @throws IllegalArgumentException when one is out of its range
   */
  public ViewOptions {
    atLeast("--queries", queries, 1);
    atLeast("--k", k, 1);
    atLeast("--walks", walks, 0);
    efs = efs.stream().distinct().sorted().toList();
    if (efs.isEmpty()) {
      throw new IllegalArgumentException("--ef must name at least one width.");
    }
    atLeast("--ef", efs.get(0), k, "--k (%d)".formatted(k));
    atLeast("--walk-ef", walkEf, k, "--k (%d)".formatted(k));
  }

  int[] widths() {
    return efs.stream().mapToInt(Integer::intValue).toArray();
  }

  private static void atLeast(String name, int value, int least) {
    atLeast(name, value, least, "" + least);
  }

  private static void atLeast(String name, int value, int least, String what) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s (%d) must be at least %s.".formatted(name, value, what));
    }
  }
}
