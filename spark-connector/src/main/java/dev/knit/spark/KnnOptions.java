package dev.knit.spark;

import java.io.Serializable;
import java.util.List;

/**
 * How a join or a search by column is answered. Start from {@link #of} and change what should
 * differ.
 *
 * @param k how many neighbors per row
 * @param ef width of the beam, at least k; wider finds more and takes longer
 * @param exact whether all rows are measured instead of walking the graph
 * @param outer whether left rows without a neighbor are kept, with nulls on the right
 * @param maxDistance neighbors farther than this are left out
 * @param excludeSelf name of a left column; a neighbor whose id equals it is left out. Null for
 *     none
 * @param filter SQL condition over the index's columns; only rows that meet it are neighbors. Null
 *     for none
 * @param columns the index's columns that are returned; null for all but the vector
 * @param rightPrefix put in front of the names of the index's columns
 */
public record KnnOptions(
    int k,
    int ef,
    boolean exact,
    boolean outer,
    float maxDistance,
    String excludeSelf,
    String filter,
    List<String> columns,
    String rightPrefix)
    implements Serializable {
  /** ef when nothing else is said and k is not larger. */
  public static final int DEFAULT_EF = 64;

  /** Checks the ranges. */
  public KnnOptions {
    if (k < 1) {
      throw new IllegalArgumentException("k (%d) must be at least 1.".formatted(k));
    }
    if (ef < k) {
      throw new IllegalArgumentException("ef (%d) must be at least k (%d).".formatted(ef, k));
    }
    if (Float.isNaN(maxDistance)) {
      throw new IllegalArgumentException("maxDistance must be a number, not NaN.");
    }
  }

  /** The {@code k} nearest, inner join, ef 64 or k if that is more. */
  public static KnnOptions of(int k) {
    return new KnnOptions(
        k, Math.max(k, DEFAULT_EF), false, false, Float.POSITIVE_INFINITY, null, null, null, "");
  }

  /** The same with another width of the beam. */
  public KnnOptions ef(int other) {
    return new KnnOptions(
        k, other, exact, outer, maxDistance, excludeSelf, filter, columns, rightPrefix);
  }

  /** The same, measuring all rows. */
  public KnnOptions exactly() {
    return new KnnOptions(
        k, ef, true, outer, maxDistance, excludeSelf, filter, columns, rightPrefix);
  }

  /** The same, keeping left rows without a neighbor. */
  public KnnOptions leftOuter() {
    return new KnnOptions(
        k, ef, exact, true, maxDistance, excludeSelf, filter, columns, rightPrefix);
  }

  /** The same without neighbors farther than {@code distance}. */
  public KnnOptions maxDistance(double distance) {
    return new KnnOptions(
        k, ef, exact, outer, (float) distance, excludeSelf, filter, columns, rightPrefix);
  }

  /** The same without the neighbor whose id equals the left row's {@code idColumn}. */
  public KnnOptions excludeSelf(String idColumn) {
    return new KnnOptions(k, ef, exact, outer, maxDistance, idColumn, filter, columns, rightPrefix);
  }

  /** The same among the index's rows that meet an SQL condition. */
  public KnnOptions filter(String sql) {
    return new KnnOptions(k, ef, exact, outer, maxDistance, excludeSelf, sql, columns, rightPrefix);
  }

  /** The same with these of the index's columns. */
  public KnnOptions columns(String... names) {
    return new KnnOptions(
        k, ef, exact, outer, maxDistance, excludeSelf, filter, List.of(names), rightPrefix);
  }

  /** The same with a prefix for the names of the index's columns. */
  public KnnOptions rightPrefix(String prefix) {
    return new KnnOptions(k, ef, exact, outer, maxDistance, excludeSelf, filter, columns, prefix);
  }
}
