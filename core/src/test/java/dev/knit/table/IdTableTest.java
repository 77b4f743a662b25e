package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class IdTableTest {
  @Property(tries = 100, seed = "20261121", edgeCases = EdgeCasesMode.NONE)
  void anyHistoryLeavesWhatAMapHolds(
      @ForAll @IntRange(min = 1, max = 300) int different, @ForAll long seed) {
    Random random = new Random(seed);
    Object[] ids = new Object[1000];
    IdTable table = new IdTable();
    Map<Object, Integer> model = new HashMap<>();
    for (int row = 0; row < ids.length; row++) {
      ids[row] = "id" + random.nextInt(different);
      table.put(row, ids);
      model.put(ids[row], row);
      for (int i = random.nextInt(3); i > 0; i--) {
        Object id = "id" + random.nextInt(different);
        table.remove(id, ids);
        model.remove(id);
      }
    }
    assertThat(table.count()).isEqualTo(model.size());
    for (int i = 0; i < different; i++) {
      assertThat(table.get("id" + i, ids)).isEqualTo(model.getOrDefault("id" + i, IdTable.NONE));
    }
  }
}
