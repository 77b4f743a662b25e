package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.table.ColumnType.Primitive;
import dev.knit.vector.Metric;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Readers search and look up while a writer inserts, replaces, deletes and consolidates. A clock
 * tells for each row when writes of it began and ended.
 */
class LiveIndexConcurrencyTest {
  private static final int DIMENSION = 12;
  private static final int ROWS = 8_000;
  private static final int READERS = 3;

  /** These ids always have a row, which is replaced again and again by one of two. */
  private static final int REPLACED = 20;

  private static final long NEVER = Long.MAX_VALUE;

  private final AtomicLong clock = new AtomicLong();
  private final AtomicLongArray insertBegan = times();
  private final AtomicLongArray insertEnded = times();
  private final AtomicLongArray deleteBegan = times();
  private final AtomicLongArray deleteEnded = times();
  private volatile boolean done;
  private volatile int inserted;

  private static AtomicLongArray times() {
    AtomicLongArray times = new AtomicLongArray(ROWS);
    for (int i = 0; i < ROWS; i++) {
      times.set(i, NEVER);
    }
    return times;
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void readersSeeOneMomentOfTheIndex(Metric metric) throws Exception {
    LiveIndex index =
        LiveIndex.create(
            LiveIndexTest.schema(Primitive.INT32, DIMENSION), LiveIndexTest.params(metric, 8), 2);
    for (int id = 0; id < REPLACED; id++) {
      index.insert(id, vector(id));
    }
    ExecutorService threads = Executors.newFixedThreadPool(READERS);
    List<Future<Integer>> readers = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      int seed = i;
      readers.add(threads.submit(() -> read(index, metric, new Random(seed))));
    }
    try {
      write(index, new Random(99));
    } finally {
      done = true;
      threads.shutdown();
    }
    for (Future<Integer> reader : readers) {
      assertThat(reader.get()).as("searches").isGreaterThan(10);
    }
    assertThat(index.view().rowCount()).isLessThan(inserted); // it was consolidated
  }

  private void write(LiveIndex index, Random random) {
    List<Integer> live = new ArrayList<>();
    for (int next = REPLACED; next < ROWS; ) {
      int rows = Math.min(ROWS - next, random.nextInt(4) == 0 ? 1 + random.nextInt(400) : 1);
      insert(index, next, next + rows);
      for (int id = next; id < next + rows; id++) {
        live.add(id);
      }
      next += rows;
      inserted = next;
      for (int deletes = random.nextInt(rows + 1); deletes > 0; deletes--) {
        delete(index, live.remove(random.nextInt(live.size())));
      }
      int replaced = random.nextInt(REPLACED);
      index.insert(replaced, vector(random.nextBoolean() ? replaced : -replaced - 1));
      if (random.nextInt(50) == 0) {
        index.consolidate();
      }
    }
  }

  private void insert(LiveIndex index, int from, int to) {
    List<Integer> ids = new ArrayList<>();
    float[][] vectors = new float[to - from][];
    for (int id = from; id < to; id++) {
      ids.add(id);
      vectors[id - from] = vector(id);
      insertBegan.set(id, clock.incrementAndGet());
    }
    index.insertAll(ids, vectors);
    for (int id : ids) {
      insertEnded.set(id, clock.incrementAndGet());
    }
  }

  private void delete(LiveIndex index, int id) {
    deleteBegan.set(id, clock.incrementAndGet());
    assertThat(index.delete(id)).isTrue();
    deleteEnded.set(id, clock.incrementAndGet());
  }

  private int read(LiveIndex index, Metric metric, Random random) {
    int searches = 0;
    for (; !done; searches++) {
      float[] query = vector(-1000 - random.nextInt(1000));
      boolean all = random.nextInt(10) == 0;
      int k = all ? ROWS : 20;
      long began = clock.incrementAndGet();
      LiveHits hits = index.search(query, k, all ? ROWS : 100);
      long ended = clock.incrementAndGet();
      Map<Integer, Float> found = new HashMap<>();
      for (int rank = 0; rank < hits.size(); rank++) {
        int id = (Integer) hits.id(rank);
        assertThat(found.put(id, hits.distance(rank))).as("id %d twice", id).isNull();
        assertLived(id, began, ended);
        assertDistance(metric, query, id, hits.distance(rank));
      }
      if (all) {
        assertComplete(found, began, ended);
      }
      assertLookups(index, random.nextInt(inserted + 1));
    }
    return searches;
  }

  /** A row that is found was not deleted before the search, nor inserted after it. */
  private void assertLived(int id, long began, long ended) {
    if (id >= REPLACED) {
      assertThat(insertBegan.get(id)).isLessThan(ended);
      assertThat(deleteEnded.get(id)).isGreaterThan(began);
    }
  }

  private void assertComplete(Map<Integer, Float> found, long began, long ended) {
    for (int id = 0; id < ROWS; id++) {
      boolean throughout =
          id < REPLACED || (insertEnded.get(id) < began && deleteBegan.get(id) > ended);
      if (throughout) {
        assertThat(found).containsKey(id);
      }
    }
  }

  private void assertLookups(LiveIndex index, int id) {
    if (id >= ROWS) {
      return;
    }
    long began = clock.incrementAndGet();
    boolean there = index.contains(id);
    boolean vector = index.vector(id).isPresent();
    long ended = clock.incrementAndGet();
    if (id < REPLACED || (insertEnded.get(id) < began && deleteBegan.get(id) > ended)) {
      assertThat(there && vector).isTrue();
    } else if (deleteEnded.get(id) < began || insertBegan.get(id) > ended) {
      assertThat(there || vector).isFalse();
    }
  }

  private static void assertDistance(Metric metric, float[] query, int id, float distance) {
    double error = Math.abs(distance - LiveIndexTest.distance(metric, query, vector(id)));
    if (id < REPLACED) {
      double other = LiveIndexTest.distance(metric, query, vector(-id - 1));
      error = Math.min(error, Math.abs(distance - other));
    }
    assertThat(error).isLessThan(1e-2);
  }

  /** The vector of an id; some are longer than all before. */
  private static float[] vector(int id) {
    Random random = new Random(id);
    float[] vector = new float[DIMENSION];
    double length = id > 0 && id % 3000 == 0 ? 1 + id / 1000.0 : 1;
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) (length * random.nextGaussian());
    }
    return vector;
  }
}
