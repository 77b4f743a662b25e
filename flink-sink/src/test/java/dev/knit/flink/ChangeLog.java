package dev.knit.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.table.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * Changes by their numbers, which follow from a seed: upserts and deletes of few ids, so that each
 * is changed often. The text of a row tells its change.
 *
 * @param ids how many ids there are
 */
record ChangeLog(long seed, int ids) implements RecordMapper<Long> {
  private static final long serialVersionUID = 1;

  @Override
  public Object id(Long number) {
    return Math.floorMod(mix(seed + number), (long) ids);
  }

  @Override
  public RowChange map(Long number) {
    boolean delete = Math.floorMod(mix(~(seed + number)), 4) == 0;
    return delete
        ? RowChange.delete(id(number))
        : RowChange.upsert(id(number), TestRows.vector(mix(number)), text(number));
  }

  private static String text(long number) {
    return "change " + number;
  }

  /** What is in a table after the first {@code count} changes. */
  Map<Object, String> rows(long count) {
    Map<Object, String> rows = new TreeMap<>();
    for (long number = 0; number < count; number++) {
      apply(number, rows);
    }
    return rows;
  }

  private void apply(long number, Map<Object, String> rows) {
    if (map(number) instanceof RowChange.Delete) {
      rows.remove(id(number));
    } else {
      rows.put(id(number), text(number));
    }
  }

  /** The states that the rows of one writer pass through, to be found again. */
  private final class States {
    private final Map<Long, List<Integer>> after = new HashMap<>();
    private int reached;

    States(int writer, int writers, long count) {
      Map<Object, String> rows = new HashMap<>();
      int applied = 0;
      long sum = 0;
      add(sum, applied);
      for (long number = 0; number < count; number++) {
        if (writer(id(number), writers) == writer) {
          sum -= hash(id(number), rows.get(id(number)));
          apply(number, rows);
          sum += hash(id(number), rows.get(id(number)));
          add(sum, ++applied);
        }
      }
    }

    private void add(long sum, int applied) {
      after.computeIfAbsent(sum, key -> new ArrayList<>()).add(applied);
    }

    /** Whether rows are a state that comes not before those that were asked for before. */
    boolean reaches(Map<Object, String> rows) {
      long sum = rows.entrySet().stream().mapToLong(e -> hash(e.getKey(), e.getValue())).sum();
      for (int applied : after.getOrDefault(sum, List.of())) {
        if (applied >= reached) {
          reached = applied;
          return true;
        }
      }
      return false;
    }
  }

  /** Each version has of every writer a state that is not older than that of the version before. */
  void assertVersionsAreStates(TableAccess table, long changes, int writers, String told)
      throws IOException {
    States[] states = new States[writers];
    for (int writer = 0; writer < writers; writer++) {
      states[writer] = new States(writer, writers, changes);
    }
    Snapshot newest = table.table().snapshot();
    for (long version = 1; version <= newest.version(); version++) {
      Map<Object, String> rows = TestRows.of(table, table.table().snapshot(version));
      for (int writer = 0; writer < writers; writer++) {
        Map<Object, String> own = new HashMap<>(rows);
        int of = writer;
        own.keySet().removeIf(id -> writer(id, writers) != of);
        assertThat(states[writer].reaches(own))
            .describedAs("version %d, writer %d, %s", version, writer, told)
            .isTrue();
      }
    }
    assertThat(newest.version()).isGreaterThan(2);
  }

  /** The writer that gets an id. */
  private static int writer(Object id, int writers) {
    int groups = KeyGroupRangeAssignment.computeDefaultMaxParallelism(writers);
    return KeyGroupRangeAssignment.assignKeyToParallelOperator(IdHash.of(id), groups, writers);
  }

  private static long hash(Object id, String text) {
    return text == null ? 0 : mix(31L * (Long) id + text.hashCode());
  }

  private static long mix(long number) {
    long z = (number ^ (number >>> 30)) * 0xBF58476D1CE4E5B9L + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
