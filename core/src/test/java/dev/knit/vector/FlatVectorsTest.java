package dev.knit.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlatVectorsTest {
  private static final long SEED = 20261121;

  @Test
  void vectorsKeepTheirPlaceAcrossChunks() {
    // 8,192 vectors of this dimension fill a chunk; growth from nothing doubles up to it.
    int dimension = 4097;
    int count = 8192 + 2;
    FlatVectors.Builder builder = FlatVectors.builder(Metric.L1, dimension, 0);
    float[] vector = new float[dimension];
    for (int node = 0; node < count; node++) {
      vector[0] = node;
      vector[dimension - 1] = 2 * node;
      builder.add(vector);
    }
    FlatVectors vectors = builder.build();
    int border =
        IntStream.range(0, count)
            .filter(node -> vectors.chunk(node) != vectors.chunk(0))
            .findFirst()
            .orElseThrow();

    Distances distances = vectors.distances();
    distances.fromQuery(new float[dimension]);

    assertThat(vectors.size()).isEqualTo(count);
    int[] nodes = {border, 0, border - 1, border + 1, border - 2, 1};
    float[] keys = new float[nodes.length];
    distances.to(nodes, 0, nodes.length, keys);
    for (int i = 0; i < nodes.length; i++) {
      assertThat(keys[i]).as("node %d", nodes[i]).isEqualTo(3f * nodes[i]);
    }
    distances.fromNode(border);
    assertThat(distances.to(border - 1)).isEqualTo(3f);
    assertThat(vectors.same(border, border)).isTrue();
    assertThat(vectors.same(border, 0)).isFalse();
    FlatVectors selected = vectors.select(new int[] {border, border - 1});
    distances = selected.distances();
    distances.fromQuery(new float[dimension]);
    assertThat(distances.to(0)).isEqualTo(3f * border);
    assertThat(distances.to(1)).isEqualTo(3f * (border - 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 100, 1000})
  void anyCapacityHoldsAnyNumberOfVectors(int capacity) {
    FlatVectors.Builder builder = FlatVectors.builder(Metric.L2, 3, capacity);
    for (int node = 0; node < 300; node++) {
      assertThat(builder.size()).isEqualTo(node);
      builder.add(new float[] {node, 0, 0});
    }
    FlatVectors vectors = builder.build();

    Distances distances = vectors.distances();
    distances.fromQuery(new float[3]);
    for (int node = 0; node < 300; node++) {
      assertThat(Metric.L2.distance(distances.to(node))).isEqualTo(node);
    }
  }

  @Test
  void toRangeMeasuresTheSameAsTo() {
    Random random = new Random(SEED);
    FlatVectors vectors = random(Metric.L2, random, 300, 17);
    Distances distances = vectors.distances();
    distances.fromQuery(gaussian(random, 17));
    float[] keys = new float[Distances.RANGE];

    distances.toRange(41, Distances.RANGE, keys);

    for (int i = 0; i < keys.length; i++) {
      assertThat(keys[i]).isEqualTo(distances.to(41 + i));
    }
    assertThat(distances.computed()).isEqualTo(2L * Distances.RANGE);
  }

  @Test
  void addedVectorsAndQueriesAreCopied() {
    float[] values = {1, 2};
    FlatVectors.Builder builder = FlatVectors.builder(Metric.L1, 2, 1).add(values);
    values[0] = 100;
    FlatVectors vectors = builder.build();
    Distances distances = vectors.distances();
    float[] query = {0, 0};
    distances.fromQuery(query);
    query[0] = 100;

    assertThat(distances.to(0)).isEqualTo(3);
  }

  @Test
  void cosineKeepsDirectionsOnly() {
    FlatVectors vectors =
        FlatVectors.of(
            Metric.COSINE,
            new float[] {3, 4},
            new float[] {3e-30f, 4e-30f},
            new float[] {3e18f, 4e18f},
            new float[] {-4, 3});

    Distances distances = vectors.distances();
    for (int node = 0; node < 3; node++) {
      distances.fromNode(node);
      assertThat(distances.to(0)).as("node %d", node).isCloseTo(-1, within(1e-6f));
      assertThat(distances.to(3)).as("node %d", node).isCloseTo(0, within(1e-6f));
    }
    distances.fromQuery(new float[] {6e10f, 8e10f});
    assertThat(Metric.COSINE.distance(distances.to(0))).isCloseTo(0, within(1e-6f));
    assertThat(Metric.COSINE.distance(distances.to(3))).isCloseTo(1, within(1e-6f));
  }

  @ParameterizedTest
  @EnumSource
  void negativeZeroIsZero(Metric metric) {
    FlatVectors vectors =
        FlatVectors.of(metric, new float[] {0f, 1}, new float[] {-0f, 1}, new float[] {1, 0f});

    assertThat(vectors.hash(1)).isEqualTo(vectors.hash(0));
    assertThat(vectors.same(0, 1)).isTrue();
    assertThat(vectors.same(0, 2)).isFalse();
    assertThat(DistinctVectors.of(vectors).nodes()).containsExactly(0, 0, 1);
  }

  @Test
  void innerProductOrdersQueriesByDotProductAndNodesAreEquallyLong() {
    Random random = new Random(SEED);
    int dimension = 11;
    float[][] rows = new float[200][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = gaussian(random, dimension);
      float length = (float) Math.exp(random.nextGaussian());
      for (int d = 0; d < dimension; d++) {
        rows[i][d] *= length;
      }
    }
    FlatVectors vectors = FlatVectors.of(Metric.INNER_PRODUCT, rows);
    float[] query = gaussian(random, dimension);

    Distances distances = vectors.distances();
    distances.fromQuery(query);
    float[] keys = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      keys[i] = distances.to(i);
    }

    assertThat(order(i -> keys[i], rows.length))
        .as("seed %d", SEED)
        .isEqualTo(order(i -> -dot(query, rows[i]), rows.length));
    double longest =
        IntStream.range(0, 200).mapToDouble(i -> dot(rows[i], rows[i])).max().getAsDouble();
    for (int i = 0; i < rows.length; i++) {
      distances.fromNode(i);
      int j = (i + 1) % rows.length;
      // ‖x − y‖² = 2R² − 2⟨x, y⟩, where the added components count in the product
      double extra =
          Math.sqrt(longest - dot(rows[i], rows[i])) * Math.sqrt(longest - dot(rows[j], rows[j]));
      double expected = 2 * longest - 2 * (dot(rows[i], rows[j]) + extra);
      assertThat((double) distances.to(j)).isCloseTo(expected, within(1e-5 * longest));
    }
  }

  @Test
  void innerProductTakesTheLargestNormItIsTold() {
    float[] small = {1, 0};
    FlatVectors vectors =
        FlatVectors.builder(Metric.INNER_PRODUCT, 2, 2)
            .maxNorm(5)
            .add(small)
            .add(new float[] {0, 3})
            .build();

    Distances distances = vectors.distances();
    distances.fromNode(0);

    // (1, 0, √24) and (0, 3, √16)
    double expected = 1 + 9 + Math.pow(Math.sqrt(24) - 4, 2);
    assertThat((double) distances.to(1)).isCloseTo(expected, within(1e-5 * expected));
  }

  @ParameterizedTest
  @EnumSource
  void selectedVectorsMeasureAsBefore(Metric metric) {
    Random random = new Random(SEED);
    FlatVectors vectors = random(metric, random, 50, 9);
    int[] nodes = {49, 3, 3, 0, 20};

    FlatVectors selected = vectors.select(nodes);

    assertThat(selected.size()).isEqualTo(5);
    assertThat(selected.dimension()).isEqualTo(9);
    assertThat(selected.metric()).isEqualTo(metric);
    float[] query = gaussian(random, 9);
    Distances before = vectors.distances();
    Distances after = selected.distances();
    before.fromQuery(query);
    after.fromQuery(query);
    for (int i = 0; i < nodes.length; i++) {
      assertThat(after.to(i)).isEqualTo(before.to(nodes[i]));
      assertThat(selected.hash(i)).isEqualTo(vectors.hash(nodes[i]));
    }
    before.fromNode(49);
    after.fromNode(0);
    for (int i = 0; i < nodes.length; i++) {
      assertThat(after.to(i)).isEqualTo(before.to(nodes[i]));
    }
  }

  @Test
  void equalVectorsBecomeOneInOrderOfFirstAppearance() {
    Random random = new Random(SEED);
    int[] expected = new int[500];
    int distinct = 0;
    List<float[]> rows = new ArrayList<>();
    for (int node = 0; node < expected.length; node++) {
      int copied = random.nextInt(3) == 0 && node > 0 ? random.nextInt(node) : node;
      expected[node] = copied == node ? distinct++ : expected[copied];
      rows.add(copied == node ? gaussian(random, 5) : rows.get(copied).clone());
    }

    FlatVectors vectors = FlatVectors.of(Metric.L2, rows.toArray(float[][]::new));

    DistinctVectors found = DistinctVectors.of(vectors);

    assertThat(found.nodes()).as("seed %d", SEED).isEqualTo(expected);
    assertThat(found.vectors().size()).isEqualTo(distinct);
    assertThat(DistinctVectors.of(found.vectors()).nodes()).isNull();
  }

  @Test
  void differentVectorsAreLeftAsTheyAre() {
    assertThat(DistinctVectors.of(random(Metric.L2, new Random(SEED), 500, 5)).nodes()).isNull();
    assertThat(DistinctVectors.of(FlatVectors.builder(Metric.L2, 5, 0).build()).nodes()).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void aWrongDimensionIsRefused(Metric metric) {
    assertRefused(metric, new float[] {1, 2, 3}, "Vector has dimension 3, but 2 was expected.");
    assertRefused(metric, new float[0], "Vector has dimension 0, but 2 was expected.");
  }

  @ParameterizedTest
  @EnumSource
  void valuesThatAreNotFiniteAreRefused(Metric metric) {
    assertRefused(
        metric,
        new float[] {1, Float.NaN},
        "Vector has NaN at position 1; every value must be finite.");
    assertRefused(
        metric,
        new float[] {Float.POSITIVE_INFINITY, 1},
        "Vector has Infinity at position 0; every value must be finite.");
    assertRefused(
        metric,
        new float[] {Float.NEGATIVE_INFINITY, 1},
        "Vector has -Infinity at position 0; every value must be finite.");
  }

  @ParameterizedTest
  @EnumSource
  void vectorsWhoseSquaresOverflowAreRefused(Metric metric) {
    assertRefused(
        metric,
        new float[] {1e19f, 1e19f},
        "Vector is too long for float32: its squared norm is 2.00e+38; scale the vectors down.");
  }

  @ParameterizedTest
  @EnumSource
  void theLongestVectorsAreAtFiniteDistance(Metric metric) {
    float most = (float) Math.sqrt(Float.MAX_VALUE / 4 / 2 * 0.999);
    FlatVectors vectors =
        FlatVectors.of(metric, new float[] {most, most}, new float[] {-most, -most});

    Distances distances = vectors.distances();
    distances.fromNode(0);
    assertThat(distances.to(1)).isFinite();
    distances.fromQuery(new float[] {most, most});
    assertThat(metric.distance(distances.to(1))).isFinite();
  }

  @Test
  void zeroIsRefusedUnderCosineOnly() {
    assertRefused(
        Metric.COSINE,
        new float[] {0, -0f},
        "Vector is all zero, which has no direction for cosine; remove it or use another metric.");
    for (Metric metric : List.of(Metric.L2, Metric.L1, Metric.INNER_PRODUCT)) {
      assertThat(FlatVectors.of(metric, new float[] {0, 0}).size()).isEqualTo(1);
    }
  }

  @Test
  void aDimensionBelowOneIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FlatVectors.builder(Metric.L2, 0, 10))
        .withMessage("Dimension must be at least 1, not 0.");
  }

  private static void assertRefused(Metric metric, float[] vector, String message) {
    FlatVectors.Builder builder = FlatVectors.builder(metric, 2, 1);
    assertThatIllegalArgumentException().isThrownBy(() -> builder.add(vector)).withMessage(message);
    assertThat(builder.size()).isZero();
    Distances distances = builder.add(new float[] {1, 1}).build().distances();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> distances.fromQuery(vector))
        .withMessage(message);
  }

  private interface Key {
    double of(int node);
  }

  private static List<Integer> order(Key key, int count) {
    return IntStream.range(0, count).boxed().sorted(Comparator.comparingDouble(key::of)).toList();
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private static FlatVectors random(Metric metric, Random random, int count, int dimension) {
    FlatVectors.Builder builder = FlatVectors.builder(metric, dimension, count);
    for (int i = 0; i < count; i++) {
      builder.add(gaussian(random, dimension));
    }
    return builder.build();
  }

  private static float[] gaussian(Random random, int dimension) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }
}
