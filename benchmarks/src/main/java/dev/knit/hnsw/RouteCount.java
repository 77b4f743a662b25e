package dev.knit.hnsw;

import dev.knit.vector.Distances;
import dev.knit.vector.FlatVectors;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * Counts, without building a graph, what a division into cells gives the merge to do. How far a
 * node looks over borders ({@link RoutedNodes}) is found for a sample of nodes, whose lists in
 * their cells are selected from the nearest by exact search; all others are taken to look as far as
 * the mean of those.
 */
public final class RouteCount {
  private static final int NEAREST = 256;
  private static final int PER_CELL = 512;
  private static final int LEAST_PER_CELL = 64;
  private static final int MOST_SAMPLED = 262_144;

  private final FlatVectors vectors;
  private final int m;
  private final int[] nodes;
  private final long[][] nearest; // by sampled node, entries of the nearest others

  /**
   * What was counted.
   *
   * @param fullest rows of the fullest cell, as a multiple of the mean
   * @param routes cells a node looks into, on average over the sample
   * @param pairs pairs of cells with enough nodes between them to be a task
   * @param left share of the routes that are between other pairs
   * @param mostPairs pairs of the cell that has most
   * @param divisionWork distances for finding the cells and the cell of each row, per row
   */
  public record Counts(
      int cells,
      double fullest,
      double routes,
      int pairs,
      double left,
      int mostPairs,
      double divisionWork) {}

  /** Over a sample of {@code sample} of the vectors. */
  public RouteCount(FlatVectors vectors, int m, int sample, long seed) {
    this.vectors = vectors;
    this.m = m;
    this.nodes = new Random(seed).ints(sample, 0, vectors.size()).toArray();
    this.nearest = new long[sample][];
    Distances distances = vectors.distances();
    float[] keys = new float[Distances.RANGE];
    for (int i = 0; i < sample; i++) {
      distances.fromNode(nodes[i]);
      HitPools pool = new HitPools(1, NEAREST);
      for (int first = 0; first < vectors.size(); first += keys.length) {
        int count = Math.min(keys.length, vectors.size() - first);
        distances.toRange(first, count, keys);
        addNearest(pool, nodes[i], first, count, keys);
      }
      nearest[i] = new long[pool.count(0)];
      Arrays.setAll(nearest[i], rank -> pool.hit(0, rank));
    }
  }

  private static void addNearest(HitPools pool, int self, int first, int count, float[] keys) {
    for (int j = 0; j < count; j++) {
      boolean far = pool.count(0) == NEAREST && keys[j] >= Entries.key(pool.hit(0, NEAREST - 1));
      if (!far && first + j != self) {
        pool.add(0, Entries.of(first + j, keys[j]));
      }
    }
  }

  /** Divides into {@code count} cells and counts. */
  public Counts count(int count, long seed, int threads) {
    CellMap map = CellMap.fit(sample(count, seed), count, seed, threads);
    CellMap.Router router = map.router();
    int[] cells = new int[vectors.size()];
    CellMap.Place[] places = new CellMap.Place[vectors.size()];
    for (int row = 0; row < cells.length; row++) {
      places[row] = router.place(vectors.vector(row));
      cells[row] = places[row].cell();
    }
    double reaches = 0;
    double routes = 0;
    for (int i = 0; i < nodes.length; i++) {
      double reach = reach(i, cells);
      reaches += reach;
      routes += near(places[nodes[i]], reach);
    }
    Map<Long, Integer> pairs = pairs(places, reaches / nodes.length);
    double work =
        (double) (map.distanceComputations() + router.distanceComputations()) / cells.length;
    return counts(map.cells(), cells, routes / nodes.length, pairs, work);
  }

  private FlatVectors sample(int cells, long seed) {
    int most = Math.max(MOST_SAMPLED, LEAST_PER_CELL * cells);
    int size = (int) Math.min(vectors.size(), Math.min(most, (long) PER_CELL * cells));
    return vectors.select(
        new Random(seed).ints(0, vectors.size()).distinct().limit(size).sorted().toArray());
  }

  /** The length by which {@link RoutedNodes} measures, in the list that a node has in its cell. */
  private double reach(int sampled, int[] cells) {
    NeighborSelector selector = new NeighborSelector(vectors, 2 * m);
    for (long entry : nearest[sampled]) {
      if (cells[Entries.node(entry)] == cells[nodes[sampled]]) {
        selector.add(entry);
      }
    }
    selector.select(2 * m);
    int rank = Math.min(selector.count - 1, 4);
    return rank < 0
        ? Double.POSITIVE_INFINITY
        : RoutedNodes.REACH * EdgeLength.of(vectors.metric(), selector.lengths[rank]);
  }

  private static int near(CellMap.Place place, double reach) {
    int count = 0;
    while (count < place.cells().length && place.margins()[count] <= reach) {
      count++;
    }
    return count;
  }

  private static Map<Long, Integer> pairs(CellMap.Place[] places, double reach) {
    Map<Long, Integer> pairs = new HashMap<>();
    for (CellMap.Place place : places) {
      for (int i = 0; i < near(place, reach); i++) {
        long low = Math.min(place.cell(), place.cells()[i]);
        pairs.merge(low << 32 | Math.max(place.cell(), place.cells()[i]), 1, Integer::sum);
      }
    }
    return pairs;
  }

  private static Counts counts(
      int count, int[] cells, double routes, Map<Long, Integer> pairs, double work) {
    int[] rows = new int[count];
    for (int cell : cells) {
      rows[cell]++;
    }
    int[] partners = new int[count];
    long all = 0;
    long left = 0;
    int tasks = 0;
    for (Map.Entry<Long, Integer> pair : pairs.entrySet()) {
      all += pair.getValue();
      if (pair.getValue() < RoutedNodes.LEAST_NODES) {
        left += pair.getValue();
        continue;
      }
      tasks++;
      partners[(int) (pair.getKey() >> 32)]++;
      partners[pair.getKey().intValue()]++;
    }
    return new Counts(
        count,
        Arrays.stream(rows).max().orElse(0) * (double) count / cells.length,
        routes,
        tasks,
        all == 0 ? 0 : (double) left / all,
        Arrays.stream(partners).max().orElse(0),
        work);
  }
}
