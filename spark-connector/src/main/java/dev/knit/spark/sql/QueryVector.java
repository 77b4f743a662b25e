package dev.knit.spark.sql;

import dev.knit.table.Snapshot;
import dev.knit.vector.Metric;
import dev.knit.vector.VectorCheck;
import java.util.Optional;
import org.apache.spark.sql.catalyst.util.ArrayData;

/** Vectors that queries bring along. */
final class QueryVector {
  private QueryVector() {}

  /**
   * The values; empty where Spark's functions are null for all rows: when one is null, or, under
   * {@code cosine}, all are zero.
   */
  static Optional<float[]> of(ArrayData array, Metric metric) {
    for (int i = 0; i < array.numElements(); i++) {
      if (array.isNullAt(i)) {
        return Optional.empty();
      }
    }
    float[] vector = array.toFloatArray();
    return metric == Metric.COSINE && isZero(vector) ? Optional.empty() : Optional.of(vector);
  }

  /** Whether a search can look for it. */
  static boolean fits(float[] query, Snapshot snapshot) {
    return VectorCheck.problem(query, snapshot.schema().dimension(), snapshot.params().metric())
        == null;
  }

  private static boolean isZero(float[] vector) {
    float square = 0;
    for (float value : vector) {
      square += value * value;
    }
    return square == 0;
  }
}
