package dev.knit.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.table.SegmentCache;
import dev.knit.table.SegmentInfo;
import dev.knit.table.StoredFile;
import dev.knit.table.Vacuum;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes to an index by DataFrames, and what joins see of them. */
class IndexChangesTest {
  private static final int ROWS = 600;
  private static final int DIMENSION = 8;

  @TempDir Path directory;
  private final Dataset<Row> items = TestTables.items(ROWS, DIMENSION, 1);
  private KnitIndex index;

  @BeforeEach
  void indexOfTheFirstHalf() {
    IndexSpec spec = IndexSpec.of("id", "v").partitions(2);
    index =
        KnitIndex.build(
            items.filter("id < 300"), spec, directory.resolve("index").toUri().toString());
  }

  @Test
  void joinsFindAppendedRowsAndEarlierVersionsDoNot() {
    KnitIndex more = index.append(items.filter("id >= 300").select("part", "name", "v", "id"));
    assertThat(more.snapshot().version()).isEqualTo(2);
    assertThat(more.snapshot().segments())
        .extracting(SegmentInfo::isFlat)
        .containsExactly(false, true);
    assertThat(self(more)).hasSize(ROWS);
    assertThat(self(index)).hasSize(300);
    assertThat(self(more.version(1))).hasSize(300);
    assertThat(more.rows().filter("id = 450").select("name").collectAsList().get(0).getString(0))
        .isEqualTo("item 450");
    assertThat(more.history()).hasSize(2);
  }

  @Test
  void deletedRowsAreInNoJoinNorAmongTheRows() {
    KnitIndex less = index.delete("part < 50 AND id <> 7");
    assertThat(less.snapshot().rows()).isEqualTo(151);
    assertThat(less.rows().filter("part < 50").count()).isEqualTo(1);
    assertThat(self(less)).hasSize(151).contains(7L).doesNotContain(8L);
    KnitIndex filtered = less.delete(List.of(7, 99L));
    assertThat(filtered.snapshot().rows()).isEqualTo(149);
    KnnOptions some = KnnOptions.of(3).filter("part >= 90").rightPrefix("r_");
    Dataset<Row> found = filtered.knnJoin(items.select("v"), "v", some);
    assertThat(found.filter("r_part < 90 OR r_id = 99").count()).isZero();
    assertThat(found.count()).isEqualTo(3 * ROWS);
  }

  @Test
  void upsertedRowsTakeThePlaceOfOthers() {
    Dataset<Row> moved = items.filter("id >= 290 AND id < 310").withColumn("name", lit("moved"));
    KnitIndex after = index.upsert(moved);
    assertThat(after.snapshot().rows()).isEqualTo(310);
    assertThat(after.rows().filter("name = 'moved'").count()).isEqualTo(20);
    assertThat(after.rows().select("id").distinct().count()).isEqualTo(310);
    assertThat(after.verify().problems()).isEmpty();
  }

  @Test
  void compactionKeepsTheAnswers() {
    KnitIndex many =
        index
            .append(items.filter("id >= 300 AND id < 400"))
            .upsert(items.filter("id >= 390 AND id < 500"))
            .delete("id % 10 = 3");
    KnitIndex.Compaction done = many.compactAll();
    assertThat(done.compacted()).isEqualTo(3);
    assertThat(done.rows()).isEqualTo(450);
    assertThat(done.dropped()).isEqualTo(60);
    KnitIndex one = done.index();
    assertThat(one.snapshot().segments()).hasSize(1);
    assertThat(one.verify().problems()).isEmpty();
    KnnOptions exact = KnnOptions.of(5).exactly().rightPrefix("r_");
    assertThat(neighbors(one, exact)).isEqualTo(neighbors(many, exact));
    assertThat(one.compactAll().compacted()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id >= 300",
        "305 <= id AND part < 200",
        "id = 301 OR id BETWEEN 400 AND 500",
        "id IN (300, 599)",
        "id IN (1000, 301, 302, 303, 304, 305, 306, 307, 308, 309, 310, 311)",
        "name = 'item 450' AND id > 299",
        "name IS NOT NULL AND id <=> 300"
      })
  void filesThatStatisticsExcludeAreNeitherScannedNorOpened(String condition) throws Exception {
    KnitIndex more = index.append(items.filter("id >= 300"));
    int flat = more.snapshot().segments().size() - 1;
    assertThat(IndexRows.mayMatch(more, condition)).containsExactly(new IndexRows.Place(flat, 0));
    long expected = items.filter(condition).count();
    assertThat(expected).isPositive();
    for (SegmentInfo segment : index.snapshot().segments()) { // they would be missed if needed
      for (StoredFile file : segment.files()) {
        Files.delete(directory.resolve("index").resolve(file.path()));
      }
    }
    KnnOptions some = KnnOptions.of(ROWS).filter(condition).rightPrefix("r_");
    Dataset<Row> found = more.knnJoin(items.limit(1).select("v"), "v", some);
    assertThat(found.count()).isEqualTo(expected);
    assertThat(more.delete(condition).snapshot().rows()).isEqualTo(ROWS - expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id % 2 = 0",
        "id >= 290",
        "part IS NOT NULL",
        "NOT (id < 300) OR name LIKE '%7'",
        "id > 300 OR rand() < 2"
      })
  void whatStatisticsCannotTellIsScanned(String condition) {
    KnitIndex more = index.append(items.filter("id >= 300"));
    assertThat(IndexRows.mayMatch(more, condition)).hasSize(3);
  }

  @Test
  void filesAreExcludedByNullsAndBounds() {
    KnitIndex more =
        index.append(items.filter("id >= 300").withColumn("part", lit(null).cast("int")));
    assertThat(IndexRows.mayMatch(more, "part IS NULL")).hasSize(1);
    assertThat(IndexRows.mayMatch(more, "part IS NOT NULL")).hasSize(2);
    assertThat(IndexRows.mayMatch(more, "part > 3.5")).hasSize(2);
    assertThat(IndexRows.mayMatch(more, "part > 99")).isEmpty();
    assertThat(IndexRows.mayMatch(more, "name < 'item' OR 'j' < name")).isEmpty();
    assertThat(more.delete("part > 99").snapshot()).isEqualTo(more.snapshot());
  }

  @Test
  void groupsAreCompactedAtOnceAndEachIsReported() {
    KnitIndex many = index;
    for (int i = 0; i < 12; i++) {
      many =
          many.append(items.filter("id >= %d AND id < %d".formatted(300 + 10 * i, 310 + 10 * i)));
    }
    many = many.delete("id < 100");
    int versions = many.history().size();
    KnitIndex.Compaction done = many.compact();
    assertThat(done.compacted()).isEqualTo(11);
    assertThat(done.segments()).isEqualTo(2);
    assertThat(done.rows()).isEqualTo(300);
    assertThat(done.dropped()).isEqualTo(100);
    assertThat(done.index().snapshot().segments()).hasSize(4);
    assertThat(done.index().history()).hasSize(versions + 2);
    assertThat(done.index().verify().problems()).isEmpty();
    assertThat(self(done.index())).hasSize(320);
  }

  @Test
  void changesAreFollowedByCompactionWhenAskedFor() {
    KnitIndex compacting = index.compacting();
    for (int i = 3; i < 6; i++) {
      compacting =
          compacting.append(items.filter("id >= %d AND id < %d".formatted(100 * i, 100 * (i + 1))));
    }
    assertThat(compacting.history().get(0).operation().kind()).isEqualTo("compact");
    assertThat(compacting.snapshot().segments()).hasSize(1);
    assertThat(self(compacting)).hasSize(ROWS);
    KnitIndex less = compacting.delete("id % 2 = 0");
    assertThat(less.snapshot().segments()).hasSize(1);
    assertThat(less.snapshot().segments().get(0).rows()).isEqualTo(ROWS / 2);
  }

  @Test
  void queryThatWasBegunSurvivesExpiryAndVacuum() throws Exception {
    KnitIndex more = index.append(items.filter("id >= 300"));
    Dataset<Row> joined = more.knnJoin(items.select("v"), "v", KnnOptions.of(1).rightPrefix("r_"));
    Dataset<Row> rows = more.rows();
    KnitIndex compacted = more.compactAll().index();
    compacted.writer().expire(compacted.snapshot().version());
    Thread.sleep(20); // files of this very moment stay
    Vacuum.run(index.table().io(), index.path(), Duration.ZERO);
    SegmentCache.shared().clear();
    assertThat(joined.select("r_id").distinct().count()).isEqualTo(ROWS);
    assertThat(rows.count()).isEqualTo(ROWS);
    assertThatThrownBy(index::rows)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("has no version 1");
  }

  @Test
  void manyRowsGetAGraph() {
    Dataset<Row> lots =
        TestTables.items(IndexAppend.FLAT_ROWS + 1, DIMENSION, 5)
            .withColumn("id", col("id").plus(10_000));
    KnitIndex after = index.append(lots);
    assertThat(after.snapshot().segments()).extracting(SegmentInfo::isFlat).containsOnly(false);
    assertThat(after.verify().problems()).isEmpty();
  }

  @Test
  void rowsThatDoNotFitAreRefusedAndNothingChanges() {
    assertRefused(items.drop("part"), "There is no column 'part'; the columns are id, v, name.");
    assertRefused(
        items.withColumn("more", lit(1)),
        "The index has no column 'more'; add it to the index or leave it out.");
    assertRefused(
        items.withColumn("part", col("part").cast("string")),
        "Column 'part' is of type string, but in the index it is int32; cast it.");
    assertRefused(
        items.withColumn("id", col("id").cast("int")),
        "Column 'id' is of type int32, but in the index it is int64; cast it.");
    assertRefused(
        TestTables.items(10, 5, 1),
        "The vectors have dimension 5, but index '%s' has dimension 8.".formatted(index.path()));
    assertRefused(
        items.withColumn("id", lit(1L)),
        "Id 1 stands in more than one row of column 'id'; ids must be unique.");
    assertThat(index.history()).hasSize(1);
  }

  @Test
  void overwritingWinsOverAnAppendThatCameFirst() {
    index.append(items.filter("id >= 300"));
    KnitIndex again =
        KnitIndex.build(
            items.filter("id < 100"), IndexSpec.of("id", "v").overwriting(), index.path());
    assertThat(again.snapshot().version()).isEqualTo(3);
    assertThat(self(again)).hasSize(100);
    assertThatThrownBy(() -> index.append(items.filter("id >= 300")))
        .hasMessageContaining(
            "Version 3 of '%s' replaced all rows (build)".formatted(index.path()));
  }

  private void assertRefused(Dataset<Row> rows, String message) {
    assertThatThrownBy(() -> index.append(rows))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  /** The rows of the index that are the nearest to some item. */
  private Set<Long> self(KnitIndex searched) {
    KnnOptions nearest = KnnOptions.of(1).ef(64).rightPrefix("r_");
    return searched.knnJoin(items.select("v"), "v", nearest).select("r_id").collectAsList().stream()
        .map(row -> row.getLong(0))
        .collect(Collectors.toSet());
  }

  private List<Row> neighbors(KnitIndex searched, KnnOptions options) {
    return searched
        .knnJoin(items.select("id", "v"), "v", options)
        .select("id", "r_id", "r_name", "_rank")
        .orderBy("id", "_rank")
        .collectAsList();
  }
}
