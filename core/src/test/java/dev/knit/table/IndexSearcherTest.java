package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.hnsw.Negatives;
import dev.knit.hnsw.SearchOptions;
import dev.knit.vector.BufferVectors;
import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IndexSearcherTest {
  @TempDir Path directory;
  private final List<Segment> segments = new ArrayList<>();

  @AfterEach
  void close() {
    segments.forEach(Segment::close);
    assertThat(ArrowMemory.used()).isZero();
  }

  private record Found(int segment, int row, double distance) {}

  @ParameterizedTest
  @EnumSource(Metric.class)
  void hitsEqualBruteForceOverAllSegments(Metric metric) throws Exception {
    float[][][] vectors = {TestTable.random(400, 1), TestTable.random(250, 2), new float[0][]};
    vectors[0][399] = vectors[0][0];
    vectors[1][7] = vectors[0][0];
    vectors[1][100] = vectors[1][99];
    IndexSearcher searcher = open(metric, vectors);
    for (float[] query : TestTable.random(50, 3)) {
      List<Found> expected = bruteForce(metric, vectors, query).subList(0, 20);
      assertHits(searcher.search(query, 20, 650), expected);
      assertHits(searcher.searchExact(query, 20), expected);
    }
    assertThat(searcher.distanceComputations()).isPositive();
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void manyQueriesAtOnceFindWhatEachFinds(Metric metric) throws Exception {
    float[][][] vectors = {TestTable.random(700, 1), TestTable.random(250, 2), new float[0][]};
    vectors[1][100] = vectors[1][99];
    for (Quantization quantization : Quantization.values()) {
      Path own = directory.resolve(quantization.name());
      IndexSearcher searcher = open(new TestTable(own, metric, quantization), vectors);
      RowFilter filter = RowFilter.of(segments, new long[][] {{-1L, 0, 7L}, {~5L}, {}});
      float[][] queries = TestTable.random(37, 3);
      float[][] negatives = {queries[4]};
      for (SearchOptions options :
          List.of(
              SearchOptions.of(9, 9),
              SearchOptions.of(2000, 2000),
              SearchOptions.range(2, 5),
              metric == Metric.L1 // which has no negatives
                  ? SearchOptions.of(5, 5)
                  : SearchOptions.of(5, 5).negatives(Negatives.of(0.3, negatives)))) {
        for (RowFilter rows : Arrays.asList(null, filter)) {
          Hits[] together = searcher.searchExact(queries, options, rows);
          for (int i = 0; i < queries.length; i++) {
            assertSame(together[i], searcher.searchExact(queries[i], options, rows));
          }
        }
      }
      close();
      segments.clear();
    }
  }

  private static void assertSame(Hits hits, Hits expected) {
    assertThat(hits.size()).isEqualTo(expected.size());
    for (int rank = 0; rank < hits.size(); rank++) {
      assertThat(hits.segment(rank)).isEqualTo(expected.segment(rank));
      assertThat(hits.row(rank)).isEqualTo(expected.row(rank));
      assertThat(hits.distance(rank)).isEqualTo(expected.distance(rank));
    }
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void quantizedSegmentsFindTheSameRowsAtTheSameDistances(Metric metric) throws Exception {
    float[][][] vectors = {TestTable.random(400, 1), TestTable.random(250, 2), new float[0][]};
    vectors[0][399] = vectors[0][0];
    vectors[1][7] = vectors[0][0];
    IndexSearcher searcher = open(new TestTable(directory, metric, Quantization.INT8), vectors);
    assertThat(segments.get(0).vectors().exact()).isInstanceOf(BufferVectors.class);
    for (float[] query : TestTable.random(50, 3)) {
      List<Found> expected = bruteForce(metric, vectors, query).subList(0, 20);
      assertHits(searcher.search(query, 20, 650), expected);
      assertHits(searcher.searchExact(query, 20), expected);
    }
  }

  @Test
  void allRowsOfOneVectorAreFoundInOrder() throws Exception {
    float[][] first = TestTable.random(30, 1);
    first[20] = first[4];
    first[11] = first[4];
    float[][] second = {first[4].clone()};
    IndexSearcher searcher = open(Metric.L2, first, second);
    assertThat(segments.get(0).graph().size()).isEqualTo(28);
    Hits hits = searcher.search(first[4], 4, 30);
    assertThat(hits.size()).isEqualTo(4);
    assertThat(new int[] {hits.row(0), hits.row(1), hits.row(2), hits.row(3)})
        .containsExactly(4, 11, 20, 0);
    assertThat(hits.segment(3)).isEqualTo(1);
    assertThat(hits.distance(3)).isZero();
    assertThat(searcher.search(first[4], 2, 30).row(1)).isEqualTo(11);
  }

  @Test
  void onlyRowsThatAFilterAllowsAreFoundEvenOfOneNode() throws Exception {
    float[][] first = TestTable.random(300, 1);
    first[200] = first[4];
    first[110] = first[4];
    float[][] second = TestTable.random(50, 2);
    IndexSearcher searcher = open(Metric.L2, first, second);
    BitSet allowed = new BitSet();
    allowed.set(110, 300);
    RowFilter filter =
        RowFilter.of(segments, new long[][] {allowed.toLongArray(), new long[] {0b1010}});
    for (float[] query : TestTable.random(50, 3)) {
      List<Found> expected =
          bruteForce(Metric.L2, new float[][][] {first, second}, query).stream()
              .filter(f -> f.segment() == 0 ? f.row() >= 110 : f.row() == 1 || f.row() == 3)
              .limit(20)
              .toList();
      assertHits(searcher.search(query, SearchOptions.of(20, 350), filter), expected);
      assertHits(searcher.searchExact(query, SearchOptions.of(20, 20), filter), expected);
    }
    assertThat(searcher.search(first[4], SearchOptions.of(3, 50), filter).row(1)).isEqualTo(200);
  }

  @Test
  void fewerRowsThanAskedForAreAllFound() throws Exception {
    IndexSearcher searcher = open(Metric.L2, TestTable.random(3, 1), TestTable.random(2, 2));
    assertThat(searcher.search(new float[TestTable.DIMENSION], 10, 10).size()).isEqualTo(5);
    assertThat(searcher.searchExact(new float[TestTable.DIMENSION], 10).size()).isEqualTo(5);
  }

  @Test
  void tableWithoutSegmentsHasNoHits() {
    assertThat(new IndexSearcher(List.of()).search(new float[3], 10, 10).size()).isZero();
  }

  @Test
  void efBelowKIsRefused() throws Exception {
    IndexSearcher searcher = open(Metric.L2, TestTable.random(3, 1));
    assertThatThrownBy(() -> searcher.search(new float[TestTable.DIMENSION], 50, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("ef (10) must be at least k (50).");
  }

  private IndexSearcher open(Metric metric, float[][]... vectors) throws Exception {
    return open(new TestTable(directory, metric), vectors);
  }

  private IndexSearcher open(TestTable table, float[][]... vectors) throws Exception {
    Snapshot snapshot = table.commit(vectors);
    for (SegmentInfo info : snapshot.segments()) {
      segments.add(Segment.open(table.io, table.path, snapshot, info));
    }
    return new IndexSearcher(segments);
  }

  private static void assertHits(Hits hits, List<Found> expected) {
    assertThat(hits.size()).isEqualTo(expected.size());
    for (int rank = 0; rank < hits.size(); rank++) {
      Found found = expected.get(rank);
      assertThat(hits.distance(rank)).isCloseTo((float) found.distance(), within());
      assertThat(hits.segment(rank)).isEqualTo(found.segment());
      assertThat(hits.row(rank)).isEqualTo(found.row());
    }
  }

  private static Offset<Float> within() {
    return Offset.offset(1e-3f);
  }

  private static List<Found> bruteForce(Metric metric, float[][][] vectors, float[] query) {
    List<Found> all = new ArrayList<>();
    for (int segment = 0; segment < vectors.length; segment++) {
      for (int row = 0; row < vectors[segment].length; row++) {
        all.add(new Found(segment, row, distance(metric, query, vectors[segment][row])));
      }
    }
    all.sort(Comparator.comparingDouble(Found::distance)); // stable: ties by segment and row
    return all;
  }

  private static double distance(Metric metric, float[] a, float[] b) {
    double dot = 0;
    double squares = 0;
    double absolutes = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      squares += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
      absolutes += Math.abs((double) a[i] - b[i]);
    }
    return switch (metric) {
      case L2 -> Math.sqrt(squares);
      case COSINE -> 1 - dot / (norm(a) * norm(b));
      case INNER_PRODUCT -> -dot;
      case L1 -> absolutes;
    };
  }

  private static double norm(float[] a) {
    double squares = 0;
    for (float value : a) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }
}
