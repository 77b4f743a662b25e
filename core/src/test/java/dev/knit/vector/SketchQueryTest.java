package dev.knit.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Estimates of keys against the keys. */
class SketchQueryTest {
  private static final long SEED = 20261121;
  private static final int NODES = 100;
  private static final int CENTERS = 40;

  @ParameterizedTest(name = "{0}, dimension {1}, seed " + SEED)
  @CsvSource({
    "L2, 32",
    "L2, 100",
    "L2, 128",
    "L2, 600",
    "COSINE, 32",
    "COSINE, 100",
    "COSINE, 600",
    "INNER_PRODUCT, 32",
    "INNER_PRODUCT, 100",
    "INNER_PRODUCT, 600"
  })
  void estimatesErrByLittleAndToNoSideButTheMargin(Metric metric, int dimension) {
    Random random = new Random(SEED);
    float[][] rows = new float[NODES][];
    for (int i = 0; i < NODES; i++) {
      rows[i] = around(3, random, dimension);
    }
    FlatVectors vectors = FlatVectors.of(metric, rows);
    SketchSpace space = SketchSpace.of(vectors);
    Distances distances = vectors.distances();
    double sum = 0;
    double squares = 0;
    for (int center = 0; center < CENTERS; center++) {
      Blocks blocks = new Blocks(space, vectors, center);
      float[] query = around(3, random, dimension);
      distances.fromQuery(query);
      blocks.query.start(query);
      for (int node = CENTERS; node < NODES; node++) {
        double apart = apart(query, rows[center], metric) * apart(rows[node], rows[center], metric);
        double unit = (metric == Metric.L2 ? 2 : 1) * apart / Math.sqrt(space.bits());
        double error = (blocks.estimate(node, distances.to(center)) - distances.to(node)) / unit;
        sum += error;
        squares += error * error;
      }
    }
    int count = CENTERS * (NODES - CENTERS);
    double mean = sum / count;

    // of independent signs the error would be √(π/2 − 1) where all dimensions have a bit, else more
    assertThat(Math.sqrt(squares / count - mean * mean)).isBetween(0.5, 1.4);
    assertThat(mean).isBetween(-0.7, -0.3);
  }

  @Test
  void anEdgeThatIsNotThereIsNeverNear() {
    FlatVectors vectors = FlatVectors.of(Metric.L2, new float[] {1, 2}, new float[] {2, 1});
    SketchSpace space = SketchSpace.of(vectors);
    SketchWriter writer = new SketchWriter(projections(space, vectors), 4);
    int[] block = new int[space.blockLength(4)];
    writer.clear(block, 0);
    writer.write(0, 1, 2, 0, 0, block, 0, 3);
    SketchQuery query = new SketchQuery(space, 4);
    query.start(new float[] {1, 1});
    int[] nodes = new int[17];

    assertThat(query.near(1, 0, Float.POSITIVE_INFINITY, block, 0, nodes, 0)).isEqualTo(1);
    assertThat(nodes[0]).isEqualTo(1);

    writer.clear(block, 0, 3);
    assertThat(query.near(1, 0, Float.POSITIVE_INFINITY, block, 0, nodes, 0)).isZero();
  }

  private static Projections projections(SketchSpace space, FlatVectors vectors) {
    Projections projections = new Projections(space, vectors.size());
    projections.set(vectors, 0, vectors.size());
    return projections;
  }

  @Test
  void l1IsRefused() {
    FlatVectors vectors = FlatVectors.of(Metric.L1, new float[] {1, 2});

    assertThatIllegalArgumentException()
        .isThrownBy(() -> SketchSpace.of(vectors))
        .withMessage(
            "Sketches estimate l2, cosine and inner_product, not l1; search without them.");
  }

  private static float[] around(float center, Random random, int dimension) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = center + (float) random.nextGaussian();
    }
    return vector;
  }

  private static double apart(float[] x, float[] y, Metric metric) {
    double xs = metric == Metric.COSINE ? Math.sqrt(Prepared.square(x)) : 1;
    double ys = metric == Metric.COSINE ? Math.sqrt(Prepared.square(y)) : 1;
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += (x[i] / xs - y[i] / ys) * (x[i] / xs - y[i] / ys);
    }
    return Math.sqrt(sum);
  }

  /** One block per edge from a center, so that each can be asked for alone. */
  private static final class Blocks {
    private final SketchQuery query;
    private final int[][] blocks = new int[NODES][];
    private final int[] found = new int[SketchKernel.LANES];
    private final float square;

    Blocks(SketchSpace space, FlatVectors vectors, int center) {
      query = new SketchQuery(space, 1);
      SketchWriter writer = new SketchWriter(projections(space, vectors), 1);
      Distances distances = vectors.distances();
      distances.fromQuery(vectors.vector(center));
      square = (float) Prepared.square(vectors.vector(center));
      for (int node = CENTERS; node < NODES; node++) {
        blocks[node] = new int[space.blockLength(1)];
        writer.clear(blocks[node], 0);
        float endSquare = (float) Prepared.square(vectors.vector(node));
        writer.write(center, node, distances.to(node), square, endSquare, blocks[node], 0, 0);
      }
    }

    /** The least limit at which the edge is near, by halving. */
    float estimate(int node, float key) {
      float low = -1e6f;
      float high = 1e6f;
      for (int i = 0; i < 60; i++) {
        float middle = (low + high) / 2;
        boolean near = query.near(key, square, middle, blocks[node], 0, found, 0) == 1;
        low = near ? low : middle;
        high = near ? middle : high;
      }
      return high;
    }
  }
}
