package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.hnsw.EdgeSketches;
import dev.knit.hnsw.SearchOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentCacheTest {
  private static final int USERS = 8;

  @TempDir Path directory;
  private TestTable table;
  private Snapshot snapshot;
  private SegmentCache cache = new SegmentCache(1L << 30);

  @BeforeEach
  void tableOfThreeSegments() throws Exception {
    table = new TestTable(directory);
    snapshot =
        table.commit(TestTable.random(60, 1), TestTable.random(60, 2), TestTable.random(60, 3));
  }

  @AfterEach
  void noMemoryLeaks() {
    cache.clear();
    assertThat(cache.bytes()).isZero();
    assertThat(ArrowMemory.used()).isZero();
  }

  @Test
  void segmentIsOpenedOnceForAllThatAskAtTheSameTime() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(USERS);
    CyclicBarrier start = new CyclicBarrier(USERS);
    try {
      List<Future<SegmentCache.Lease>> leases = new ArrayList<>();
      for (int i = 0; i < USERS; i++) {
        leases.add(
            threads.submit(
                () -> {
                  start.await();
                  return acquire(0);
                }));
      }
      Segment segment = leases.get(0).get().segment();
      for (Future<SegmentCache.Lease> lease : leases) {
        assertThat(lease.get().segment()).isSameAs(segment);
      }
      cache.clear();
      assertThat(segment.id(5)).as("still in use").isEqualTo(5L);
      for (Future<SegmentCache.Lease> lease : leases) {
        lease.get().close();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void sketchesAreMadeOnceForAllUsersOfASegmentAndCounted() throws Exception {
    try (SegmentCache.Lease first = acquire(0);
        SegmentCache.Lease second = acquire(0)) {
      long before = cache.bytes();
      EdgeSketches sketches = first.segment().sketches();
      IndexSearcher searcher = new IndexSearcher(List.of(second.segment()));
      SearchOptions options = SearchOptions.of(5, 60).withSketches();

      assertThat(searcher.search(TestTable.random(1, 4)[0], options).size()).isEqualTo(5);
      assertThat(second.segment().sketches()).isSameAs(sketches);
      acquire(0).close();
      assertThat(cache.bytes()).isEqualTo(before + sketches.bytes());
    }
  }

  @Test
  void idleSegmentStays() throws Exception {
    Segment segment;
    try (SegmentCache.Lease lease = acquire(0)) {
      segment = lease.segment();
    }
    try (SegmentCache.Lease lease = acquire(0)) {
      assertThat(lease.segment()).isSameAs(segment);
      assertThat(cache.bytes()).isEqualTo(segment.bytes());
    }
  }

  @Test
  void leastRecentlyUsedIsClosedBeyondTheLimit() throws Exception {
    long each = openAndRelease(0).bytes();
    cache.clear();
    // While it is opened, a segment counts as much as its files.
    cache = new SegmentCache(snapshot.segments().get(0).bytes() + each + each / 2);
    Segment first = openAndRelease(0);
    Segment second = openAndRelease(1);
    assertThat(openAndRelease(0)).isSameAs(first);
    openAndRelease(2);
    assertThat(openAndRelease(0)).isSameAs(first);
    assertThat(openAndRelease(1)).isNotSameAs(second);
  }

  @Test
  void segmentLargerThanTheLimitStaysUntilAnotherIsOpened() throws Exception {
    cache = new SegmentCache(0);
    Segment first = openAndRelease(0);
    assertThat(openAndRelease(0)).isSameAs(first);
    openAndRelease(1);
    assertThat(openAndRelease(0)).isNotSameAs(first);
  }

  @Test
  void segmentInUseIsKeptBeyondTheLimit() throws Exception {
    cache = new SegmentCache(0);
    try (SegmentCache.Lease one = acquire(0);
        SegmentCache.Lease two = acquire(1)) {
      assertThat(one.segment().id(3)).isEqualTo(3L);
      assertThat(two.segment().id(3)).isEqualTo(63L);
    }
    Segment third = openAndRelease(2);
    assertThat(cache.bytes()).as("the first two are gone").isEqualTo(third.bytes());
  }

  @Test
  void releasedTwiceIsReleasedOnce() throws Exception {
    SegmentCache.Lease one = acquire(0);
    SegmentCache.Lease two = acquire(0);
    one.close();
    one.close();
    cache.clear();
    assertThat(two.segment().id(3)).isEqualTo(3L);
    two.close();
  }

  @Test
  void failureIsNotRemembered() throws Exception {
    Path graph = directory.resolve(snapshot.segments().get(0).graphFiles().get(0).path());
    Path away = Files.move(graph, directory.resolve("away"));
    assertThatThrownBy(() -> acquire(0)).isInstanceOf(CorruptIndexException.class);
    assertThat(cache.bytes()).isZero();
    Files.move(away, graph);
    acquire(0).close();
  }

  private Segment openAndRelease(int segment) throws Exception {
    try (SegmentCache.Lease lease = acquire(segment)) {
      return lease.segment();
    }
  }

  private SegmentCache.Lease acquire(int segment) throws Exception {
    return cache.acquire(table.io, table.path, snapshot, snapshot.segments().get(segment));
  }
}
