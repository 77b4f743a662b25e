package dev.knit.hnsw;

import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** Made-up vectors, the same for the same seed. */
final class TestVectors {
  static final long SEED = 20261121;

  private TestVectors() {}

  /** Gaussian points around 40 Gaussian centers, a quarter as wide as the centers are apart. */
  static float[][] clustered(long seed, int count, int dimension) {
    Random random = new Random(SEED); // the same centers for base and queries
    float[][] centers = new float[40][];
    Arrays.setAll(centers, i -> gaussian(random, dimension));
    Random points = new Random(seed);
    float[][] vectors = new float[count][];
    for (int i = 0; i < count; i++) {
      float[] center = centers[points.nextInt(centers.length)];
      vectors[i] = gaussian(points, dimension);
      for (int d = 0; d < dimension; d++) {
        vectors[i][d] = center[d] + 0.25f * vectors[i][d];
      }
    }
    return vectors;
  }

  static float[] gaussian(Random random, int dimension) {
    float[] vector = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      vector[d] = (float) random.nextGaussian();
    }
    return vector;
  }

  static FlatVectors flat(Metric metric, int dimension, float[]... vectors) {
    return flat(metric, dimension, 0, vectors);
  }

  static FlatVectors flat(Metric metric, int dimension, float maxNorm, float[]... vectors) {
    FlatVectors.Builder builder =
        FlatVectors.builder(metric, dimension, vectors.length).maxNorm(maxNorm);
    for (float[] vector : vectors) {
      builder.add(vector);
    }
    return builder.build();
  }

  /** At least as long as the longest of the vectors. */
  static float maxNorm(float[]... vectors) {
    double most = 0;
    for (float[] vector : vectors) {
      double square = 0;
      for (float value : vector) {
        square += (double) value * value;
      }
      most = Math.max(most, square);
    }
    return Math.nextUp((float) Math.sqrt(most));
  }

  /** Levels of the rows {@code first … first + count − 1}. */
  static byte[] levels(int first, int count, int m) {
    byte[] levels = new byte[count];
    for (int i = 0; i < count; i++) {
      levels[i] = Levels.of(SEED, (long) first + i, m);
    }
    return levels;
  }

  /** For each row the first that is equal to it. */
  static int[] firstEqual(float[][] rows) {
    Map<FloatBuffer, Integer> seen = new HashMap<>();
    int[] first = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      Integer before = seen.putIfAbsent(FloatBuffer.wrap(rows[i]), i);
      first[i] = before == null ? i : before;
    }
    return first;
  }

  static float[][] concat(float[][] a, float[][] b) {
    float[][] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
