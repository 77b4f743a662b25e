package dev.knit.spark;

import dev.knit.hnsw.SearchOptions;
import dev.knit.table.Hits;
import dev.knit.table.RowFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Finds the neighbors of rows of the left. Those that must meet a condition on both rows are looked
 * for among the rows with the same key; where a rest of the condition is left, more than k are
 * asked for, and when too few of them meet it, all rows of the group are tried and those that meet
 * it searched. For one thread.
 */
final class JoinSearch {
  /** How many times as many are asked for, one after another, before all rows are tried. */
  private static final int[] MORE = {4, 32};

  private final KnnJoinTask task;
  private final OpenSearch open;
  private final SearchOptions options;
  private final RowGroups groups;
  private final PairTest test;

  /** Opens the index of a task. */
  JoinSearch(KnnJoinTask task, Object user) {
    this.task = task;
    this.open = task.search.open(user);
    task.metrics.opened(open);
    this.options =
        task.rows.self().isEmpty() ? task.search.options() : task.options.searchBesideSelf();
    this.groups = task.condition.hasKeys() ? open.groups(task.condition) : null;
    this.test = task.condition.hasRest() ? new PairTest(task, open) : null;
  }

  OpenSearch open() {
    return open;
  }

  /** What was found for each query, until the next call; null for one that matches nothing. */
  Neighbors[] find(List<JoinQuery> queries) {
    Neighbors[] found = new Neighbors[queries.size()];
    int asked = (int) queries.stream().filter(query -> query.vector() != null).count();
    task.metrics.count(open, asked, () -> find(queries, found));
    return found;
  }

  private void find(List<JoinQuery> queries, Neighbors[] found) {
    if (task.search.exact() && test == null) {
      inBlocks(queries, found);
    } else {
      for (int i = 0; i < found.length; i++) {
        found[i] = queries.get(i).vector() == null ? null : find(queries.get(i));
      }
    }
  }

  /** Those with the same key together. */
  private void inBlocks(List<JoinQuery> queries, Neighbors[] found) {
    Map<UnsafeRow, List<Integer>> places = new HashMap<>();
    for (int i = 0; i < found.length; i++) {
      if (queries.get(i).vector() != null) {
        places.computeIfAbsent(queries.get(i).key(), key -> new ArrayList<>()).add(i);
      }
    }
    places.forEach(
        (key, some) -> {
          RowFilter filter = filter(key);
          if (groups == null || filter != null) {
            float[][] vectors =
                some.stream().map(i -> queries.get(i).vector()).toArray(float[][]::new);
            Hits[] hits = open.exactHits(vectors, options, filter);
            for (int i = 0; i < hits.length; i++) {
              found[some.get(i)] = others(hits[i], queries.get(some.get(i)));
            }
          }
        });
  }

  /** The rows that a key allows; null when they are none, or without keys all. */
  private RowFilter filter(UnsafeRow key) {
    return groups == null ? open.filter() : open.filter(groups, key);
  }

  private Neighbors find(JoinQuery query) {
    RowFilter filter = filter(query.key());
    if (groups != null && filter == null) {
      return null;
    }
    if (test == null) {
      return others(hits(query, filter), query);
    }
    test.start(query);
    return options.k() == Integer.MAX_VALUE ? ranged(query, filter) : growing(query, filter);
  }

  /** All within the distance are found, however many meet the condition. */
  private Neighbors ranged(JoinQuery query, RowFilter filter) {
    return others(hits(query, filter), query);
  }

  /** By the options of the join; of an exact join they hold beyond the next call. */
  private Hits hits(JoinQuery query, RowFilter filter) {
    return task.search.exact()
        ? open.exactHits(new float[][] {query.vector()}, options, filter)[0]
        : open.hits(query.vector(), options, filter);
  }

  private Neighbors growing(JoinQuery query, RowFilter filter) {
    for (int times : MORE) {
      long more = (long) times * options.k();
      if (more * 4 < open.rows() && !task.search.exact()) {
        Hits hits = open.hits(query.vector(), wider((int) more), filter);
        Neighbors found = others(hits, query);
        if (found != null && found.size() == task.options.k()) {
          return found;
        }
      }
    }
    RowFilter all = test.among(groups == null ? null : groups.rows(query.key()));
    return others(hits(query, all), query);
  }

  private SearchOptions wider(int k) {
    return options.ef(Math.max(options.ef(), k)).k(k);
  }

  /** The first k that are not the row itself and meet the condition. */
  private Neighbors others(Hits hits, JoinQuery query) {
    int[] ranks = new int[Math.min(hits.size(), task.options.k())];
    int count = 0;
    for (int rank = 0; rank < hits.size() && count < ranks.length; rank++) {
      if (!isSelf(hits, rank, query.self()) && (test == null || test.meets(hits, rank))) {
        ranks[count++] = rank;
      }
    }
    return count == 0 ? null : new Neighbors(hits, Arrays.copyOf(ranks, count));
  }

  private boolean isSelf(Hits hits, int rank, UTF8String self) {
    return self != null && self.equals(UTF8String.fromString(open.id(hits, rank).toString()));
  }

  /** Some of what a search found, nearest first. */
  record Neighbors(Hits hits, int[] ranks) {
    int size() {
      return ranks.length;
    }

    /** See {@link Hits#order}. */
    float order(int place) {
      return hits.order(ranks[place]);
    }
  }
}
