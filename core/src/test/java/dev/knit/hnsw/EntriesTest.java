package dev.knit.hnsw;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class EntriesTest {

  @Property(tries = 500, seed = "20261121")
  void anEntryGivesBackItsNodeAndKey(
      @ForAll @IntRange(min = 0) int node, @ForAll float key, @ForAll boolean marked) {
    long entry = Entries.of(node, key) | (marked ? Entries.MARK : 0);

    assertThat(Entries.node(entry)).isEqualTo(node);
    assertThat(Entries.key(entry)).isEqualTo(key);
    assertThat(Entries.marked(entry)).isEqualTo(marked);
  }

  @Property(tries = 500, seed = "20261121")
  void entriesOrderByKeyThenByNode(
      @ForAll @IntRange(min = 0) int node,
      @ForAll float key,
      @ForAll @IntRange(min = 0) int other,
      @ForAll float otherKey) {
    int byKey = Float.compare(key, otherKey);
    int expected = byKey != 0 ? byKey : Integer.compare(node, other);

    assertThat(Integer.signum(Long.compare(Entries.of(node, key), Entries.of(other, otherKey))))
        .isEqualTo(Integer.signum(expected));
    assertThat(Entries.of(node, key)).isLessThan(Entries.of(node, Math.nextUp(key)));
  }
}
