package dev.knit.hnsw;

import static dev.knit.hnsw.TestVectors.SEED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import java.util.BitSet;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConsolidationTest {
  @Property(
      tries = 60,
      seed = "20261121",
      edgeCases = EdgeCasesMode.NONE,
      shrinking = ShrinkingMode.BOUNDED)
  void anyRestOfAGraphIsValid(
      @ForAll @IntRange(max = 1500) int size,
      @ForAll @IntRange(min = 1, max = 16) int dimension,
      @ForAll Metric metric,
      @ForAll @IntRange(min = 2, max = 16) int m,
      @ForAll @IntRange(max = 100) int percent,
      @ForAll long seed) {
    FlatVectors vectors =
        TestVectors.flat(metric, dimension, TestVectors.clustered(seed, size, dimension));
    HnswGraph graph = build(vectors, m, 40);
    BitSet deleted = random(size, percent, seed);

    Consolidation rest = Consolidation.of(graph, vectors, deleted, 2);

    assertThat(rest.graph().size()).isEqualTo(size - deleted.cardinality());
    GraphInvariants.assertValid(rest.graph(), rest.vectors());
    int next = 0;
    for (int node = 0; node < size; node++) {
      assertThat(rest.nodes()[node]).isEqualTo(deleted.get(node) ? -1 : next);
      if (!deleted.get(node)) {
        assertThat(rest.graph().level(next)).isEqualTo(graph.level(node));
        assertThat(((FlatVectors) rest.vectors()).vector(next++)).isEqualTo(vectors.vector(node));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void restIsAsGoodAsBuiltAnew(Metric metric) {
    FlatVectors vectors = TestVectors.flat(metric, 16, TestVectors.clustered(SEED, 4000, 16));
    float[][] queries = TestVectors.clustered(SEED + 1, 300, 16);
    HnswGraph graph = build(vectors, 12, 60);
    for (int percent : new int[] {1, 20, 50}) {
      Consolidation rest = Consolidation.of(graph, vectors, random(4000, percent, SEED), 2);
      FlatVectors left = (FlatVectors) rest.vectors();
      byte[] levels = rest.graph().levels();
      HnswGraph anew = new HnswBuilder(new HnswParams(12, 60), 2).build(left, levels);

      double recall = Recall.of(rest.graph(), left, queries, 10, 20);

      assertThat(recall)
          .as("%d %% deleted", percent)
          .isGreaterThan(Recall.of(anew, left, queries, 10, 20) - 0.02);
    }
  }

  @Test
  void workGoesWithWhatIsDeleted() {
    FlatVectors vectors = TestVectors.flat(Metric.L2, 16, TestVectors.clustered(SEED, 4000, 16));
    HnswGraph graph = build(vectors, 12, 60);
    BitSet few = new BitSet();
    few.set(100, 104);

    Consolidation rest = Consolidation.of(graph, vectors, few, 1);

    assertThat(rest.distanceComputations()).isBetween(1L, 4 * 24 * 24 * 24L);
    assertThat(Consolidation.of(graph, vectors, new BitSet(), 1).distanceComputations()).isZero();
  }

  @Test
  void resultIsTheSameForAnyNumberOfThreads() {
    FlatVectors vectors = TestVectors.flat(Metric.L2, 8, TestVectors.clustered(SEED, 3000, 8));
    HnswGraph graph = build(vectors, 8, 40);
    BitSet deleted = random(3000, 30, SEED);
    Consolidation one = Consolidation.of(graph, vectors, deleted, 1);
    Consolidation three = Consolidation.of(graph, vectors, deleted, 3);
    GraphInvariants.assertSame(three.graph(), one.graph());
    assertThat(three.distanceComputations()).isEqualTo(one.distanceComputations());
  }

  @Test
  void graphAndVectorsMustFit() {
    FlatVectors vectors = TestVectors.flat(Metric.L2, 2, TestVectors.clustered(SEED, 10, 2));
    HnswGraph graph = build(vectors, 4, 10);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Consolidation.of(graph, vectors.select(new int[] {1}), new BitSet(), 1))
        .withMessage("There are 1 vectors for 10 nodes.");
  }

  private static HnswGraph build(FlatVectors vectors, int m, int efConstruction) {
    return new HnswBuilder(new HnswParams(m, efConstruction), 2)
        .build(vectors, TestVectors.levels(0, vectors.size(), m));
  }

  private static BitSet random(int size, int percent, long seed) {
    Random random = new Random(seed);
    BitSet nodes = new BitSet();
    for (int node = 0; node < size; node++) {
      nodes.set(node, random.nextInt(100) < percent);
    }
    return nodes;
  }
}
