package dev.knit.flink.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.vector.Metric;
import java.util.Random;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.binary.BinaryArrayData;
import org.junit.jupiter.api.Test;

class QueryVectorTest {
  private static float[] of(ArrayData query, int dimension) {
    return QueryVector.of(query, dimension, Metric.L2);
  }

  @Test
  void floatsAreTakenInEachForm() {
    Random random = new Random(7);
    for (int dimension = 1; dimension < 70; dimension++) {
      float[] vector = new float[dimension];
      Float[] boxed = new Float[dimension];
      for (int i = 0; i < dimension; i++) {
        vector[i] = random.nextFloat() - 0.5f;
        boxed[i] = vector[i];
      }
      assertThat(of(new GenericArrayData(vector), dimension)).isEqualTo(vector);
      assertThat(of(new GenericArrayData(boxed), dimension)).isEqualTo(vector);
      assertThat(of(BinaryArrayData.fromPrimitiveArray(vector), dimension)).isEqualTo(vector);
    }
  }

  /** All whole numbers below 2²³ in size, of any dimension, also among zeros. */
  @Test
  void wholeNumbersAreNeverTakenForFloats() {
    Random random = new Random(11);
    for (int trial = 0; trial < 1_000; trial++) {
      int[] numbers = new int[2 + random.nextInt(50)];
      for (int i = 0; i < numbers.length; i++) {
        int size = random.nextInt(1 << (1 + random.nextInt(23)));
        numbers[i] = random.nextBoolean() ? size : -size;
      }
      numbers[random.nextInt(numbers.length)] = 1;
      ArrayData query = BinaryArrayData.fromPrimitiveArray(numbers);
      assertThatThrownBy(() -> of(query, numbers.length))
          .hasMessageContaining("CAST(... AS ARRAY<FLOAT>)");
    }
  }

  @Test
  void otherTypesAreTold() {
    for (ArrayData query :
        new ArrayData[] {
          BinaryArrayData.fromPrimitiveArray(new double[] {0.5, 0.25, 1}),
          BinaryArrayData.fromPrimitiveArray(new long[] {1L << 40, 2, 3}),
          BinaryArrayData.fromPrimitiveArray(new short[] {100, 20, 3}),
          BinaryArrayData.fromPrimitiveArray(new byte[] {100, 20, 3}),
          new GenericArrayData(new double[] {0.5, 0.25, 1}),
          new GenericArrayData(new int[] {1, 2, 3}),
          new GenericArrayData(new Double[] {0.5, 0.25, 1.0})
        }) {
      assertThatThrownBy(() -> of(query, 3)).hasMessageContaining("CAST(... AS ARRAY<FLOAT>)");
    }
  }

  @Test
  void vectorsAreChecked() {
    assertThatThrownBy(() -> of(new GenericArrayData(new float[] {1, Float.NaN}), 2))
        .hasMessage("Vector has NaN at position 1; every value must be finite.");
    assertThatThrownBy(() -> of(new GenericArrayData(new Float[] {1f, null}), 2))
        .hasMessage("Vector has null at position 1.");
    assertThatThrownBy(() -> of(new GenericArrayData(new float[] {1}), 2))
        .hasMessageContaining("has dimension 1, but 2 was expected");
  }

  /** A component that is nearly 0 is no reason to refuse a vector. */
  @Test
  void subnormalComponentsBesideOthersAreFine() {
    float[] vector = {Float.MIN_VALUE, 0.5f};
    assertThat(of(BinaryArrayData.fromPrimitiveArray(vector), 2)).isEqualTo(vector);
  }

  @Test
  void underCosineNothingIsNearZero() {
    ArrayData zero = new GenericArrayData(new float[2]);
    assertThat(QueryVector.of(zero, 2, Metric.COSINE)).isNull();
    assertThat(of(zero, 2)).containsExactly(0, 0);
  }
}
