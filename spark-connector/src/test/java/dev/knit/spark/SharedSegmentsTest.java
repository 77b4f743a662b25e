package dev.knit.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.table.SegmentCache;
import dev.knit.table.Snapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedSegmentsTest {
  private static final Set<Integer> OPENED = ConcurrentHashMap.newKeySet();

  @TempDir Path directory;
  private KnitIndex index;
  private Dataset<Row> queries;

  @BeforeEach
  void build() throws InterruptedException {
    assertThat(bytesInUse()).isZero();
    index =
        KnitIndex.build(TestTables.items(600, 8, 9), IndexSpec.of("id", "v"), directory + "/index");
    queries = TestTables.queries(64, 8, 9).repartition(8);
  }

  @Test
  void tasksOfOneJvmShareAnOpenedSegment() {
    OPENED.clear();
    TableAccess table = index.table();
    String snapshot = index.snapshot().toJson();
    new JavaSparkContext(LocalSpark.session().sparkContext())
        .parallelize(List.of(1, 2, 3, 4, 5, 6, 7, 8), 8)
        .foreachPartition(numbers -> noteOpened(numbers, table, snapshot));

    assertThat(OPENED).hasSize(1);
  }

  private static void noteOpened(Iterator<Integer> numbers, TableAccess table, String snapshot) {
    numbers.next();
    OpenIndex open = OpenIndex.of(table, Snapshot.fromJson(snapshot)).heldBy(numbers);
    OPENED.add(System.identityHashCode(open.segments().get(0)));
  }

  @Test
  void joinsReadTheFilesOnceAndGiveTheSegmentBack() throws IOException {
    Set<String> found = KnnJoinTest.pairs(index.knnJoin(queries, "qv", 3));
    long bytes = SegmentCache.shared().bytes();
    assertThat(bytes).isPositive();

    delete(directory.resolve("index/segments"));
    assertThat(KnnJoinTest.pairs(index.knnJoin(queries, "qv", 3))).isEqualTo(found);
    assertThat(SegmentCache.shared().bytes()).isEqualTo(bytes);
    SegmentCache.shared().clear();
    assertThat(SegmentCache.shared().bytes()).as("bytes that are still in use").isZero();
  }

  @Test
  void searchesThatTheDriverAnswersGiveTheSegmentBack() throws InterruptedException {
    Dataset<Row> one = LocalSpark.session().sql("select array_repeat(1f, 8) as qv");
    for (int i = 0; i < 3; i++) {
      one.select(index.search(one.col("qv"), KnnOptions.of(1))).collectAsList();
    }

    assertThat(SegmentCache.shared().bytes()).isPositive();
    assertThat(bytesInUse()).isZero();
  }

  /** Of segments that somebody uses who has not been collected. */
  private static long bytesInUse() throws InterruptedException {
    SegmentCache.shared().clear();
    for (int i = 0; i < 50 && SegmentCache.shared().bytes() > 0; i++) {
      System.gc();
      Thread.sleep(20);
      SegmentCache.shared().clear();
    }
    return SegmentCache.shared().bytes();
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      files.filter(Files::isRegularFile).forEach(SharedSegmentsTest::deleteFile);
    }
  }

  private static void deleteFile(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
