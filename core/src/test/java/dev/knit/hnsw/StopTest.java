package dev.knit.hnsw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.knit.vector.Distances;
import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Where a search with gamma ends, against distances in doubles. */
class StopTest {
  private static final int DIMENSION = 6;

  @Property(tries = 200, seed = "20261121")
  void theBoundIsOnePlusGammaTimesTheDistanceOfTheKth(
      @ForAll Metric metric,
      @ForAll @IntRange(min = 1, max = 9) int k,
      @ForAll @DoubleRange(max = 1) double gamma,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[][] rows = random(random, 40);
    float[] query = random(random, 1)[0];
    FlatVectors vectors = FlatVectors.of(metric, rows);
    Distances distances = vectors.distances();
    distances.fromQuery(query);
    Beam beam = new Beam();
    beam.reset(10);
    for (int node = 0; node < rows.length; node++) {
      beam.add(node, distances.to(node));
    }

    SearchOptions options = SearchOptions.of(k, 10).gamma(gamma);
    float bound = Stop.of(options, k, metric, query, vectors.maxNorm()).bound(beam);

    double limit = (1 + gamma) * distance(metric, query, rows[beam.node(k - 1)], vectors);
    for (int node = 0; node < rows.length; node++) {
      double distance = distance(metric, query, rows[node], vectors);
      if (Math.abs(distance - limit) > 1e-3 * limit) {
        assertThat(distances.to(node) <= bound).as("node %d", node).isEqualTo(distance < limit);
      }
    }
  }

  @Test
  void withoutKNodesOrWithoutGammaNothingIsTooFar() {
    Beam beam = new Beam();
    beam.reset(10);
    beam.add(3, 1);

    assertThat(Stop.NEVER.bound(beam)).isInfinite();
    assertThat(stop(2, 0.5).bound(beam)).isInfinite();
    assertThat(stop(1, 0.5).bound(beam)).isCloseTo(2.25f, within(1e-6f));
    assertThat(Stop.of(SearchOptions.of(1, 1), 1, Metric.L2, new float[1], 0)).isSameAs(Stop.NEVER);
  }

  @Test
  void nodesBehindTheBoundAreNotExpanded() {
    Beam beam = new Beam();
    beam.reset(10);
    beam.add(3, 1);
    beam.add(4, 1.4f);
    beam.add(5, 1.6f);
    beam.stop(stop(1, 0.2));

    assertThat(beam.limit()).isCloseTo(1.44f, within(1e-6f));
    assertThat(beam.size()).isEqualTo(2);
    assertThat(beam.expandNext(10)).isEqualTo(3);
    assertThat(beam.expandNext(10)).isEqualTo(4);
    assertThat(beam.expandNext(10)).isEqualTo(-1);
    beam.reset(10);
    beam.add(5, 1.6f);
    assertThat(beam.expandNext(10)).isEqualTo(5);
  }

  private static Stop stop(int k, double gamma) {
    return Stop.of(SearchOptions.of(k, 10).gamma(gamma), k, Metric.L2, new float[1], 0);
  }

  /** The distance that grows with the key, in the space in which the graph is walked. */
  private static double distance(Metric metric, float[] q, float[] x, FlatVectors vectors) {
    double dot = 0;
    double l1 = 0;
    double l2 = 0;
    double qq = 0;
    double xx = 0;
    for (int i = 0; i < DIMENSION; i++) {
      dot += (double) q[i] * x[i];
      l1 += Math.abs((double) q[i] - x[i]);
      l2 += ((double) q[i] - x[i]) * ((double) q[i] - x[i]);
      qq += (double) q[i] * q[i];
      xx += (double) x[i] * x[i];
    }
    double norm = vectors.maxNorm();
    return switch (metric) {
      case L2 -> Math.sqrt(l2);
      case L1 -> l1;
      case COSINE -> Math.sqrt(2 - 2 * dot / Math.sqrt(qq * xx));
      case INNER_PRODUCT -> Math.sqrt(2 * norm * norm - 2 * norm / Math.sqrt(qq) * dot);
    };
  }

  private static float[][] random(Random random, int count) {
    float[][] vectors = new float[count][DIMENSION];
    for (float[] vector : vectors) {
      for (int i = 0; i < DIMENSION; i++) {
        vector[i] = (float) random.nextGaussian();
      }
    }
    return vectors;
  }
}
