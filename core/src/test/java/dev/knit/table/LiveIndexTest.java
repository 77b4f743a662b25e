package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.knit.hnsw.GraphInvariants;
import dev.knit.hnsw.HnswSearcher;
import dev.knit.table.ColumnType.Primitive;
import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LiveIndexTest {
  private static final int K = 10;

  /** What the index should hold. */
  private final Map<Object, float[]> model = new HashMap<>();

  @Property(
      tries = 60,
      seed = "20261121",
      edgeCases = EdgeCasesMode.NONE,
      shrinking = ShrinkingMode.BOUNDED)
  void anyHistoryLeavesWhatItShould(
      @ForAll @IntRange(max = 5000) int size,
      @ForAll @IntRange(min = 1, max = 40) int dimension,
      @ForAll Metric metric,
      @ForAll @IntRange(min = 2, max = 16) int m,
      @ForAll long seed) {
    model.clear();
    Random random = new Random(seed);
    LiveIndex index = LiveIndex.create(schema(Primitive.INT64, dimension), params(metric, m), 2);
    while (random.nextInt(20) > 0 && model.size() <= size) {
      change(index, random, size, dimension);
    }

    assertHolds(index, random, dimension, metric);
    index.consolidate();
    assertHolds(index, random, dimension, metric);
  }

  private void change(LiveIndex index, Random random, int size, int dimension) {
    int rows = 1 + random.nextInt(random.nextBoolean() ? 10 : size / 4 + 1);
    switch (random.nextInt(4)) {
      case 0 -> {
        for (int i = 0; i < Math.min(rows, 50); i++) {
          insert(index, (long) random.nextInt(2 * size + 1), vector(random, dimension));
        }
      }
      case 1 -> {
        for (int i = 0; i < rows; i++) {
          Object id = (long) random.nextInt(2 * size + 1);
          assertThat(index.delete(id)).isEqualTo(model.remove(id) != null);
        }
      }
      case 2 -> index.consolidate();
      default -> insertAll(index, random, rows, 2 * size + 1, dimension);
    }
  }

  private void insert(LiveIndex index, Object id, float[] vector) {
    index.insert(id, vector);
    model.put(id, vector);
  }

  private void insertAll(LiveIndex index, Random random, int rows, int ids, int dimension) {
    List<Object> newIds = new ArrayList<>();
    float[][] vectors = new float[rows][];
    for (int i = 0; i < rows; i++) {
      newIds.add((long) random.nextInt(ids));
      vectors[i] = vector(random, dimension);
      model.put(newIds.get(i), vectors[i]);
    }
    index.insertAll(newIds, vectors);
  }

  /** One vector in ten is one of twenty that come up again and again. */
  private static float[] vector(Random random, int dimension) {
    boolean common = random.nextInt(10) == 0;
    Random from = common ? new Random(random.nextInt(20)) : random;
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) from.nextGaussian();
    }
    vector[0] += vector[0] == 0 ? 1 : 0;
    return vector;
  }

  private void assertHolds(LiveIndex index, Random random, int dimension, Metric metric) {
    assertThat(index.size()).isEqualTo(model.size());
    model.keySet().stream().limit(100).forEach(id -> assertThat(index.contains(id)).isTrue());
    float[] query = vector(random, dimension);
    assertEveryRowIsFound(index, query, metric);
    assertRecall(index, random, dimension, metric);
    GraphInvariants.assertValid(index.finishedGraph(), index.view().vectors());
    assertNodesAreReached(index, query);
  }

  private void assertEveryRowIsFound(LiveIndex index, float[] query, Metric metric) {
    int all = Math.max(1, model.size());
    LiveHits hits = index.search(query, all, all);
    Set<Object> found = new HashSet<>();
    for (int rank = 0; rank < hits.size(); rank++) {
      found.add(hits.id(rank));
      assertThat((double) hits.distance(rank))
          .isCloseTo(distance(metric, query, model.get(hits.id(rank))), within());
    }
    assertThat(hits.size()).isEqualTo(model.size());
    assertThat(found).isEqualTo(model.keySet());
  }

  /** By its edges, not by the scan that a search with a large ef is. */
  private static void assertNodesAreReached(LiveIndex index, float[] query) {
    LiveView view = index.view();
    int nodes = view.graph().size();
    if (nodes > 0) {
      HnswSearcher searcher = new HnswSearcher(view.graph(), view.vectors());
      assertThat(searcher.search(query, nodes, nodes).size()).isGreaterThan(nodes * 97 / 100 - 2);
    }
  }

  private void assertRecall(LiveIndex index, Random random, int dimension, Metric metric) {
    int hits = 0;
    int wanted = 0;
    for (int i = 0; i < 20; i++) {
      float[] query = vector(random, dimension);
      List<Double> truth = distances(metric, query);
      LiveHits found = index.search(query, K, 200);
      wanted += Math.min(K, truth.size());
      assertThat(found.size()).isEqualTo(Math.min(K, truth.size()));
      for (int rank = 0; rank < found.size(); rank++) {
        double farthest = truth.get(found.size() - 1);
        hits += found.distance(rank) <= farthest + 1e-4 ? 1 : 0;
      }
    }
    assertThat(hits).isGreaterThanOrEqualTo(wanted * 85 / 100);
  }

  private List<Double> distances(Metric metric, float[] query) {
    List<Double> all = new ArrayList<>();
    model.values().forEach(vector -> all.add(distance(metric, query, vector)));
    Collections.sort(all);
    return all;
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void copiesOfOneVectorAreAllFound(Metric metric) {
    LiveIndex index = LiveIndex.create(schema(Primitive.INT32, 3), params(metric, 4), 1);
    Random random = new Random(1);
    float[] copy = {1, 2, 3};
    for (int i = 0; i < 300; i++) {
      index.insert(i, i % 3 == 0 ? copy : vector(random, 3));
    }
    assertThat(index.view().graph().size()).isLessThan(300 - 98);

    LiveHits hits = index.search(copy, 300, 300);

    assertThat(hits.size()).isEqualTo(300);
    Set<Object> ids = new HashSet<>();
    for (int rank = 0; rank < 300; rank++) {
      if (Math.abs(hits.distance(rank) - distance(metric, copy, copy)) < 1e-4) {
        ids.add(hits.id(rank));
      }
    }
    for (int i = 0; i < 300; i += 3) {
      assertThat(ids).contains(i);
    }
  }

  @Test
  void theNewestRowOfAnIdWins() {
    LiveIndex index = LiveIndex.create(Metric.L2, 2);
    index.insert(7, new float[] {0, 0});
    index.insertAll(List.of(7L, 8L, 7L), new float[][] {{1, 0}, {5, 5}, {2, 0}});

    assertThat(index.size()).isEqualTo(2);
    assertThat(index.vector(7)).contains(new float[] {2, 0});
    LiveHits hits = index.search(new float[] {0, 0}, 5, 5);
    assertThat(hits.size()).isEqualTo(2);
    assertThat(hits.id(0)).isEqualTo(7L);
    assertThat(hits.distance(0)).isEqualTo(2f);
    assertThat(hits).hasToString("[7, 8] at [2.0, 7.071068]");
  }

  @Test
  void deletedIdsAreGoneAndMayComeBack() {
    LiveIndex index = LiveIndex.create(schema(Primitive.STRING, 1), params(Metric.L1, 4), 1);
    index.insertAll(List.of("a", "b", "c"), new float[][] {{1}, {2}, {3}});
    assertThat(index.delete("b")).isTrue();
    assertThat(index.delete("b")).isFalse();
    assertThat(index.deleteAll(List.of("c", "nobody", "c"))).isEqualTo(1);
    assertThat(index.contains("b")).isFalse();
    assertThat(index.vector("b")).isEmpty();
    assertThat(index.search(new float[] {2}, 3, 3)).hasToString("[a] at [1.0]");
    index.insert("b", new float[] {2});
    assertThat(index.search(new float[] {2}, 3, 3)).hasToString("[b, a] at [0.0, 1.0]");
    assertThat(index.deleteAll(List.of("a", "b"))).isEqualTo(2);
    index.consolidate();
    assertThat(index.size()).isZero();
    assertThat(index.search(new float[] {2}, 3, 3).size()).isZero();
    index.insert("d", new float[] {4});
    assertThat(index.search(new float[] {2}, 3, 3)).hasToString("[d] at [2.0]");
  }

  /** Far more of the nearest are deleted than a beam holds. */
  @Test
  void rowsBehindADeletedRegionAreFound() {
    LiveIndex index = LiveIndex.create(schema(Primitive.INT64, 2), params(Metric.L2, 8), 2);
    float[][] vectors = new float[5000][];
    List<Long> ids = new ArrayList<>();
    Random random = new Random(2);
    for (int i = 0; i < vectors.length; i++) {
      double far = i < 900 ? 1 : 100;
      vectors[i] =
          new float[] {
            (float) (far * random.nextGaussian()), (float) (far * random.nextGaussian())
          };
      ids.add((long) i);
    }
    index.insertAll(ids, vectors);
    assertThat(index.deleteAll(ids.subList(0, 900))).isEqualTo(900);
    assertThat(index.view().deaths()).isEqualTo(900);

    LiveHits hits = index.search(new float[2], 20, 20);

    assertThat(hits.size()).isEqualTo(20);
    double[] truth =
        Arrays.stream(vectors, 900, 5000)
            .mapToDouble(v -> distance(Metric.L2, new float[2], v))
            .sorted()
            .toArray();
    assertThat((double) hits.distance(19)).isCloseTo(truth[19], within());
  }

  @Test
  void manyDeletesConsolidateByThemselves() {
    LiveIndex index = LiveIndex.create(schema(Primitive.INT64, 4), params(Metric.COSINE, 8), 2);
    Random random = new Random(3);
    for (long id = 0; id < 1000; id++) {
      insert(index, id, vector(random, 4));
    }
    for (long id = 0; id < 900; id++) {
      index.delete(id);
      model.remove(id);
      assertThat(index.view().deaths()).isLessThanOrEqualTo(index.view().rowCount() / 5);
    }
    assertThat(index.view().graph().size()).isLessThan(130);
    assertHolds(index, random, 4, Metric.COSINE);
  }

  @Test
  void vectorsThatGetLongerAreFound() {
    LiveIndex index =
        LiveIndex.create(schema(Primitive.INT64, 8), params(Metric.INNER_PRODUCT, 8), 1);
    Random random = new Random(4);
    for (long id = 0; id < 1500; id++) {
      float[] vector = vector(random, 8);
      for (int i = 0; i < 8; i++) {
        vector[i] *= 0.01f * (id + 1);
      }
      insert(index, id, vector);
    }
    assertHolds(index, random, 8, Metric.INNER_PRODUCT);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4096})
  void smallestAndLargeDimensions(int dimension) {
    for (Metric metric : Metric.values()) {
      model.clear();
      LiveIndex index = LiveIndex.create(schema(Primitive.INT64, dimension), params(metric, 4), 2);
      Random random = new Random(5);
      insertAll(index, random, 200, 400, dimension);
      for (long id = 0; id < 30; id++) {
        assertThat(index.delete(id)).isEqualTo(model.remove(id) != null);
      }
      assertHolds(index, random, dimension, metric);
    }
  }

  @Test
  void searchAllAnswersInOrder() {
    LiveIndex index = LiveIndex.create(Metric.L2, 3);
    Random random = new Random(6);
    insertAll(index, random, 500, 1000, 3);
    float[][] queries = new float[200][];
    Arrays.setAll(queries, i -> vector(random, 3));
    List<LiveHits> hits = index.searchAll(queries, 5, 50);
    for (int i = 0; i < queries.length; i++) {
      assertThat(hits.get(i)).hasToString(index.search(queries[i], 5, 50).toString());
    }
  }

  @Test
  void whatIsRefused() {
    LiveIndex index = LiveIndex.create(Metric.COSINE, 2);
    index.insert(1, new float[] {3, 4});
    assertThat(index.vector(1)).contains(new float[] {0.6f, 0.8f});
    refuses(
        () -> index.insert(null, new float[2]),
        "An id of column 'id' is null; give each row an id.");
    refuses(
        () -> index.insert("x", new float[2]),
        "Id x is a String, but column 'id' is of type int64.");
    refuses(() -> index.delete(1.5), "Id 1.5 is a Double, but column 'id' is of type int64.");
    refuses(() -> index.insert(2, null), "The vector of row 2 is null.");
    refuses(
        () -> index.insert(2, new float[3]),
        "Vector of row 2 has dimension 3, but 2 was expected.");
    refuses(
        () -> index.insertAll(List.of(2, 3), new float[][] {{1, 1}, {Float.NaN, 1}}),
        "Vector of row 3 has NaN at position 0; every value must be finite.");
    refuses(
        () -> index.insert(2, new float[2]),
        "Vector of row 2 is all zero, which has no direction for cosine; remove it or use another"
            + " metric.");
    refuses(() -> index.insertAll(List.of(2), new float[0][]), "There are 1 ids for 0 vectors.");
    refuses(() -> index.search(new float[] {1, 1}, 0, 5), "k (0) must be at least 1.");
    refuses(() -> index.search(new float[] {1, 1}, 6, 5), "ef (5) must be at least k (6).");
    refuses(() -> index.searchAll(new float[][] {{1, 1}}, 6, 5), "ef (5) must be at least k (6).");
    refuses(
        () -> index.searchAll(new float[][] {{1, 1}, {1}}, 5, 5),
        "Vector of query 1 has dimension 1, but 2 was expected.");
    index.insertAll(List.of(), new float[0][]);
    assertThat(index.searchAll(new float[0][], 1, 1)).isEmpty();
    assertThat(index.size()).isEqualTo(1);

    LiveIndex small = LiveIndex.create(schema(Primitive.INT32, 2), params(Metric.L2, 4), 1);
    refuses(
        () -> small.contains(1L << 40),
        "Id 1099511627776 is a Long, but column 'id' is of type int32.");
    refuses(
        () -> LiveIndex.create(schema(Primitive.INT32, 2), params(Metric.L2, 4), 0),
        "threads (0) must be at least 1.");
    Column title = new Column("title", Primitive.STRING, true);
    TableSchema wide =
        new TableSchema(new Column("id", Primitive.INT64, false), "v", 2, List.of(title));
    refuses(
        () -> LiveIndex.create(wide, params(Metric.L2, 4), 1),
        "Column 'title' holds metadata, but a live index has only ids and vectors.");
  }

  private static void refuses(ThrowingCallable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
  }

  static TableSchema schema(Primitive id, int dimension) {
    return new TableSchema(new Column("id", id, false), "embedding", dimension, List.of());
  }

  static IndexParams params(Metric metric, int m) {
    return new IndexParams(metric, m, 60, 7, 0, Quantization.NONE);
  }

  private static Offset<Double> within() {
    return Offset.offset(2e-3);
  }

  static double distance(Metric metric, float[] a, float[] b) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    double squares = 0;
    double absolutes = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
      squares += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
      absolutes += Math.abs((double) a[i] - b[i]);
    }
    return switch (metric) {
      case L2 -> Math.sqrt(squares);
      case COSINE -> 1 - dot / Math.sqrt(aa * bb);
      case INNER_PRODUCT -> -dot;
      case L1 -> absolutes;
    };
  }
}
