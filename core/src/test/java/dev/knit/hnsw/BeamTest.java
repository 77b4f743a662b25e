package dev.knit.hnsw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BeamTest {

  @Property(tries = 300, seed = "20261121")
  void theBeamHoldsTheNearestInOrderAndExpandsEachOnce(
      @ForAll @IntRange(min = 1, max = 20) int capacity,
      @ForAll @IntRange(max = 60) int count,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] keys = new float[count];
    Beam beam = new Beam();
    beam.reset(capacity);
    for (int node = 0; node < count; node++) {
      keys[node] = random.nextInt(21) - 10; // ties and negative keys
      beam.add(node, keys[node]);
    }

    List<Integer> expected = new ArrayList<>();
    for (int node = 0; node < count; node++) {
      expected.add(node);
    }
    expected.sort(Comparator.<Integer>comparingDouble(n -> keys[n]).thenComparing(n -> n));
    expected = expected.subList(0, Math.min(capacity, count));
    List<Integer> held = new ArrayList<>();
    for (int rank = 0; rank < beam.size(); rank++) {
      held.add(beam.node(rank));
      assertThat(beam.key(rank)).isEqualTo(keys[beam.node(rank)]);
    }
    assertThat(held).isEqualTo(expected);
    assertThat(expanded(beam, capacity)).isEqualTo(expected);
    beam.reopen();
    assertThat(expanded(beam, capacity)).isEqualTo(expected);
  }

  @Test
  void aNearerNodeIsExpandedNextAndNoneBeyondTheLimit() {
    Beam beam = new Beam();
    beam.reset(4);
    beam.add(1, 10);
    beam.add(2, 20);
    assertThat(beam.expandNext(2)).isEqualTo(1);
    beam.add(3, 5);
    assertThat(beam.expandNext(2)).isEqualTo(3);
    assertThat(beam.expandNext(2)).isEqualTo(-1);
    assertThat(beam.expandNext(3)).isEqualTo(2);
  }

  @Test
  void onlyTheNearestAllowedAreRetainedAndTheirMarksStay() {
    Beam beam = new Beam();
    beam.reset(200);
    for (int node = 0; node < 150; node++) {
      beam.add(node, node);
    }
    assertThat(beam.expandNext(200)).isZero();
    beam.retain(NodeFilter.of(BitSet.valueOf(new long[] {0b110101})), 3);

    assertThat(beam.size()).isEqualTo(3);
    assertThat(expanded(beam, 200)).containsExactly(2, 4);
    beam.add(1, 1);
    assertThat(beam.node(2)).isEqualTo(2);
    assertThat(beam.size()).isEqualTo(3);
  }

  private static List<Integer> expanded(Beam beam, int limit) {
    List<Integer> nodes = new ArrayList<>();
    for (int node = beam.expandNext(limit); node >= 0; node = beam.expandNext(limit)) {
      nodes.add(node);
    }
    return nodes;
  }
}
