package dev.knit.spark;

import dev.knit.hnsw.SearchOptions;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.SparkSession;

/**
 * Searches of an index in as few groups of segments as fit into executors, each beside the groups
 * of an executor's other tasks; as they travel to tasks. Immutable.
 */
public final class GroupedSearch implements Serializable {
  private static final long serialVersionUID = 1;
  private final JoinMemory memory;
  private final ArrayList<IndexSearch> groups;

  private GroupedSearch(JoinMemory memory, List<IndexSearch> groups) {
    this.memory = memory;
    this.groups = new ArrayList<>(groups);
  }

  /** By the memory that the active session allows, see {@value JoinMemory#OPTION}. */
  public static GroupedSearch of(IndexSearch search) {
    JoinMemory memory = JoinMemory.of(context());
    return new GroupedSearch(
        memory,
        search.exceeds(memory.bytes())
            ? search.groups(memory).stream().map(search::in).toList()
            : List.of(search));
  }

  /** Whether all of an index has several groups. */
  public static boolean isGrouped(KnitIndex index) {
    return of(IndexSearch.of(index.table(), index.snapshot(), SearchOptions.of(1, 1))).count() > 1;
  }

  /** How many groups there are, at least one. */
  public int count() {
    return groups.size();
  }

  /** The executors that should search a group, as Spark's scheduler calls them. */
  public String[] places(int group) {
    return count() == 1
        ? new String[0]
        : Executors.preferred(Executors.places(context()), group, count()).toArray(String[]::new);
  }

  /**
   * Opens a group until the running task ends, or outside of one, where there is but one group,
   * until {@code user} is gone; waits where other tasks use the memory.
   */
  public OpenSearch open(int group, Object user) {
    if (count() > 1) {
      enter(group).untilEndOf(TaskContext.get());
    }
    return groups.get(group).open(user);
  }

  /** A row that a search of a group found, and its place among those of the same order. */
  public record Found(float order, long place, Object[] values) {}

  /**
   * The k nearest of what is found in all groups, nearest first; one group at a time is open.
   *
   * @param find the nearest in a group
   */
  public List<Found> nearest(int k, Function<OpenSearch, List<Found>> find) {
    List<Found> nearest = new ArrayList<>();
    for (int group = 0; group < count(); group++) {
      nearest.addAll(found(group, find));
      nearest.sort(Comparator.comparing(Found::order).thenComparing(Found::place));
      nearest.subList(Math.min(k, nearest.size()), nearest.size()).clear();
    }
    return nearest;
  }

  private List<Found> found(int group, Function<OpenSearch, List<Found>> find) {
    try (JoinAdmission.Entered entered = enter(group);
        OpenSearch open = groups.get(group).open()) {
      return find.apply(open);
    }
  }

  private JoinAdmission.Entered enter(int group) {
    return JoinAdmission.shared()
        .enter(groups.get(group).segmentBytes(), memory.bytes(), TaskContext.get());
  }

  /** For plans. */
  @Override
  public String toString() {
    return count() == 1 ? "one group" : "%d groups of segments, %s".formatted(count(), memory);
  }

  private static SparkContext context() {
    return Sessions.context(SparkSession.active());
  }
}
