package dev.knit.flink.table;

import dev.knit.vector.Metric;
import dev.knit.vector.VectorCheck;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.binary.BinaryArrayData;

/**
 * The vector that a query asks for. Flink 2.3 hands the array of a query over without a cast:
 * {@code ARRAY[0.1, 0.2]} is one of decimals, {@code ARRAY[1, 2]} one of whole numbers, and their
 * bits would be read as floats. What is no array of floats is told by its length in bytes, by the
 * class of its values, or by values that no vector has: whole numbers up to 2²³ are, as the bits of
 * floats, less than any normal float, or not a number.
 */
final class QueryVector {
  private static final String CAST =
      "query vectors must be ARRAY<FLOAT>; write CAST(... AS ARRAY<FLOAT>), and where the query is a column, cast it in a subquery.";

  private QueryVector() {}

  /**
   * The floats of a query; null when under {@code cosine} it has no direction, so that nothing is
   * near it.
   *
   * @throws IllegalArgumentException when it is no vector of that dimension, or of another type
   */
  static float[] of(ArrayData query, int dimension, Metric metric) {
    float[] vector = floats(query);
    requireFloats(vector);
    if (metric == Metric.COSINE && vector.length == dimension && isZero(vector)) {
      return null;
    }
    VectorCheck.check(vector, dimension, metric);
    return vector;
  }

  private static float[] floats(ArrayData query) {
    if (query instanceof BinaryArrayData binary && binary.getSizeInBytes() != bytes(query.size())) {
      throw new IllegalArgumentException(
          "An array of %d values has %d bytes, but one of floats has %d: %s"
              .formatted(query.size(), binary.getSizeInBytes(), bytes(query.size()), CAST));
    }
    float[] vector = new float[query.size()];
    try {
      for (int i = 0; i < vector.length; i++) {
        vector[i] = component(query, i);
      }
    } catch (ClassCastException e) {
      throw new IllegalArgumentException("The values of the array are no floats: " + CAST, e);
    }
    return vector;
  }

  private static float component(ArrayData query, int i) {
    boolean primitive = query instanceof GenericArrayData array && array.isPrimitiveArray();
    if (!primitive && query.isNullAt(i)) {
      throw new IllegalArgumentException("Vector has null at position %d.".formatted(i));
    }
    return query.getFloat(i);
  }

  private static int bytes(int size) {
    int header = BinaryArrayData.calculateHeaderInBytes(size);
    return (header + size * Float.BYTES + 7) / 8 * 8;
  }

  private static void requireFloats(float[] vector) {
    boolean odd = false;
    for (float value : vector) {
      boolean normal = !Float.isNaN(value) && Math.abs(value) >= Float.MIN_NORMAL;
      if (normal) {
        return;
      }
      odd |= value != 0;
    }
    if (odd) {
      throw new IllegalArgumentException(
          "No value of the query is a normal float (one is %s), as if it were an array of whole numbers: %s"
              .formatted(first(vector), CAST));
    }
  }

  private static float first(float[] vector) {
    for (float value : vector) {
      if (value != 0) {
        return value;
      }
    }
    return 0;
  }

  private static boolean isZero(float[] vector) {
    for (float value : vector) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }
}
