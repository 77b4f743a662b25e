package dev.knit.spark;

import java.util.function.Supplier;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/** Vectors as Spark holds them. */
final class SparkVectors {
  /** The type that vectors are cast to. */
  static final DataType TYPE = DataTypes.createArrayType(DataTypes.FloatType);

  private SparkVectors() {}

  /**
   * Refuses columns that hold no vectors.
   *
   * @throws IllegalArgumentException when it is not an array of float or double
   */
  static void checkType(StructField field) {
    if (!isVector(field)) {
      throw new IllegalArgumentException(
          "Column '%s' has type %s, but vectors are ARRAY<FLOAT> or ARRAY<DOUBLE>."
              .formatted(field.name(), field.dataType().sql()));
    }
  }

  /** Whether it is an array of float or double. */
  static boolean isVector(StructField field) {
    return field.dataType() instanceof ArrayType array
        && (array.elementType().equals(DataTypes.FloatType)
            || array.elementType().equals(DataTypes.DoubleType));
  }

  /**
   * The values of an array.
   *
   * @param name what the vector is called in the error
   * @throws IllegalArgumentException when one is null
   */
  static float[] floats(ArrayData array, Supplier<String> name) {
    for (int i = 0; i < array.numElements(); i++) {
      if (array.isNullAt(i)) {
        throw new IllegalArgumentException(
            "%s has a null at position %d; every value must be a finite number."
                .formatted(name.get(), i));
      }
    }
    return array.toFloatArray();
  }
}
