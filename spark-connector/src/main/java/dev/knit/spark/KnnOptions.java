package dev.knit.spark;

import dev.knit.hnsw.Negatives;
import dev.knit.hnsw.SearchOptions;
import java.io.Serializable;
import java.util.List;

/**
 * How a join or a search by column is answered. Start from {@link #of} or {@link #within} and
 * change what should differ.
 *
 * @param search what is searched for: k, ef, and what else {@link SearchOptions} has
 * @param exact whether all rows are measured instead of walking the graph
 * @param outer whether left rows without a neighbor are kept, with nulls on the right
 * @param excludeSelf name of a left column; a neighbor whose id equals it is left out. Null for
 *     none
 * @param filter SQL condition over the index's columns; only rows that meet it are neighbors. Null
 *     for none
 * @param on SQL condition over columns of both sides, see {@link #on(String)}. Null for none
 * @param columns the index's columns that are returned; null for all but the vector
 * @param rightPrefix put in front of the names of the index's columns
 */
public record KnnOptions(
    SearchOptions search,
    boolean exact,
    boolean outer,
    String excludeSelf,
    String filter,
    String on,
    List<String> columns,
    String rightPrefix)
    implements Serializable {
  /** ef when nothing else is said and k is not larger. */
  public static final int DEFAULT_EF = 64;

  /** The {@code k} nearest, inner join, ef 64 or k if that is more. */
  public static KnnOptions of(int k) {
    return of(SearchOptions.of(k, Math.max(k, DEFAULT_EF)));
  }

  /** All neighbors within {@code maxDistance}, however many; ef 64 at first. */
  public static KnnOptions within(double maxDistance) {
    return of(SearchOptions.range(maxDistance, DEFAULT_EF));
  }

  private static KnnOptions of(SearchOptions search) {
    return new KnnOptions(search, false, false, null, null, null, null, "");
  }

  /** How many neighbors per row at most. */
  public int k() {
    return search.k();
  }

  /** The width of the beam. */
  public int ef() {
    return search.ef();
  }

  /** The same with another width of the beam; wider finds more and takes longer. */
  public KnnOptions ef(int other) {
    return with(search.ef(other));
  }

  /** The same with a beam that grows up to {@code widest} until the k nearest do not change. */
  public KnnOptions adaptiveEf(int widest) {
    return with(search.adaptive(widest));
  }

  /**
   * The same, ending each search where nodes get 1 + {@code gamma} times as far as the k-th found;
   * meant for a wide beam. See {@link SearchOptions#gamma(double)}.
   */
  public KnnOptions gamma(double gamma) {
    return with(search.gamma(gamma));
  }

  /**
   * The same, looking at sketches of neighbors before they are measured: two to three times as fast
   * once each executor has made them, which takes some seconds for a million rows; for joins with
   * at least about as many left rows as the index has. See {@link SearchOptions#withSketches()}.
   */
  public KnnOptions withSketches() {
    return with(search.withSketches());
  }

  /** The same, measuring all rows. */
  public KnnOptions exactly() {
    return new KnnOptions(search, true, outer, excludeSelf, filter, on, columns, rightPrefix);
  }

  /** The same, keeping left rows without a neighbor. */
  public KnnOptions leftOuter() {
    return new KnnOptions(search, exact, true, excludeSelf, filter, on, columns, rightPrefix);
  }

  /** The same without neighbors farther than {@code distance}. */
  public KnnOptions maxDistance(double distance) {
    return with(search.maxDistance(distance));
  }

  /**
   * The same away from {@code vectors}: {@code similarity(query, x) − weight × mean
   * similarity(vector, x)} is largest for the first rank, see {@link Negatives}. {@code _distance}
   * remains the distance from the query.
   */
  public KnnOptions negatives(double weight, float[]... vectors) {
    return with(search.negatives(Negatives.of(weight, vectors)));
  }

  /** The same without the neighbor whose id equals the left row's {@code idColumn}. */
  public KnnOptions excludeSelf(String idColumn) {
    return new KnnOptions(search, exact, outer, idColumn, filter, on, columns, rightPrefix);
  }

  /** The same among the index's rows that meet an SQL condition. */
  public KnnOptions filter(String sql) {
    return new KnnOptions(search, exact, outer, excludeSelf, sql, on, columns, rightPrefix);
  }

  /**
   * The same with neighbors for which an SQL condition holds in the row of the left and that of the
   * index together, such as {@code left.tenant = right.tenant and price <= budget}: columns are
   * called by their own names, after {@code left.} and {@code right.} where both sides have one of
   * that name. Of the rows that meet it these are the k nearest. Equalities, which rows are grouped
   * by, are fast.
   */
  public KnnOptions on(String sql) {
    return new KnnOptions(search, exact, outer, excludeSelf, filter, sql, columns, rightPrefix);
  }

  /** The same with these of the index's columns. */
  public KnnOptions columns(String... names) {
    return new KnnOptions(
        search, exact, outer, excludeSelf, filter, on, List.of(names), rightPrefix);
  }

  /** The same with a prefix for the names of the index's columns. */
  public KnnOptions rightPrefix(String prefix) {
    return new KnnOptions(search, exact, outer, excludeSelf, filter, on, columns, prefix);
  }

  private KnnOptions with(SearchOptions other) {
    return new KnnOptions(other, exact, outer, excludeSelf, filter, on, columns, rightPrefix);
  }

  /** What finds one neighbor more, for a row that is its own. */
  SearchOptions searchBesideSelf() {
    int more = (int) Math.min(k() + 1L, Integer.MAX_VALUE);
    return (k() > ef() ? search : search.ef(Math.max(ef(), more))).k(more);
  }
}
