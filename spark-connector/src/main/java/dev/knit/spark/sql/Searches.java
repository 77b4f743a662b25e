package dev.knit.spark.sql;

import dev.knit.hnsw.SearchOptions;
import dev.knit.spark.IndexSearch;

/** Searches among the rows of a scan. */
final class Searches {
  /** A search by the graph measures about so many nodes per unit of ef. */
  private static final int MEASURED_PER_EF = 16;

  private Searches() {}

  /**
   * For the {@code k} nearest.
   *
   * @param exact whether the query asks for exactly these
   */
  static IndexSearch of(KnitScan rows, int k, boolean exact) {
    SearchOptions options = rows.conf().options(k);
    IndexSearch search =
        IndexSearch.of(rows.table().access(), rows.table().snapshot(), options)
            .among(rows.condition());
    return measuresAll(rows, options, exact) ? search.exactly() : search;
  }

  /** For EXPLAIN. */
  static String describe(KnitScan rows, int k, boolean exact) {
    SearchOptions options = rows.conf().options(k);
    return "metric=%s k=%d %s"
        .formatted(
            rows.table().snapshot().params().metric().id(),
            k,
            measuresAll(rows, options, exact) ? "exact" : "ef=" + options.ef());
  }

  /** A graph does not help to find a good part of all rows. */
  private static boolean measuresAll(KnitScan rows, SearchOptions options, boolean exact) {
    return exact
        || rows.conf().exact()
        || (long) MEASURED_PER_EF * options.ef() >= rows.table().snapshot().rows();
  }
}
