package dev.knit.spark.sql;

import dev.knit.spark.IndexSearch;
import dev.knit.spark.JoinSource;
import dev.knit.spark.KnnOptions;
import dev.knit.spark.QueryReader;
import dev.knit.vector.Metric;
import java.util.function.LongSupplier;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.errors.QueryExecutionErrors;

/**
 * What a NEAREST BY searches.
 *
 * @param scan which rows of which index; null for none at all
 */
record NearestSource(NearestSpec spec, KnitScan scan) implements JoinSource {
  @Override
  public String name() {
    return "KnitNearestJoin";
  }

  @Override
  public KnnOptions options() {
    KnnOptions options = KnnOptions.of(spec.k());
    return spec.outer() ? options.leftOuter() : options;
  }

  @Override
  public IndexSearch search(LongSupplier queries) {
    return known();
  }

  @Override
  public IndexSearch known() {
    return scan == null ? null : Searches.of(scan, spec.k(), spec.exact());
  }

  @Override
  public boolean exceeds(long bytes) {
    return scan != null && known().exceeds(bytes);
  }

  @Override
  public QueryReader reader(IndexSearch search) {
    return new Reader(
        spec.function(),
        scan.table().snapshot().schema().dimension(),
        scan.table().snapshot().params().metric());
  }

  /** Fails as Spark's own functions do, and where they are null there is no match. */
  private record Reader(String function, int dimension, Metric metric) implements QueryReader {
    @Override
    public float[] vector(ArrayData array) {
      if (array.numElements() != dimension) {
        throw QueryExecutionErrors.vectorDimensionMismatchError(
            function, array.numElements(), dimension);
      }
      return QueryVector.of(array, metric).orElse(null);
    }
  }

  @Override
  public String describe() {
    return scan == null
        ? "no rows"
        : scan.description() + " " + Searches.describe(scan, spec.k(), spec.exact());
  }
}
