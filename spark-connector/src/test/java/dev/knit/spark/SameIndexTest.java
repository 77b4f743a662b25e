package dev.knit.spark;

import static org.apache.spark.sql.functions.rand;
import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.hnsw.GraphCheck;
import dev.knit.table.Segment;
import dev.knit.table.SegmentInfo;
import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SameIndexTest {
  private static final int ROWS = 1200;

  @TempDir Path directory;
  private int builds;

  @Test
  void orderAndPlacementOfTheInputMakeNoDifference() {
    Dataset<Row> items = withDuplicates();
    List<String> expected = checksums(items, 3);

    assertThat(checksums(items.orderBy(rand(5)), 3)).isEqualTo(expected);
    assertThat(checksums(items.repartition(7), 3)).isEqualTo(expected);
    assertThat(checksums(items.orderBy(rand(6)).coalesce(1), 3)).isEqualTo(expected);
    assertThat(checksums(items, 4)).isNotEqualTo(expected);
  }

  @Test
  void codesGiveTheSameGraphEachTimeAndAnotherThanFloats() throws IOException {
    Dataset<Row> items = withDuplicates();
    IndexSpec spec = IndexSpec.of("id", "v").quantization(Quantization.INT8).partitions(3);
    IndexSpec floats = spec.quantization(Quantization.NONE);
    KnitIndex index = build(items, spec);
    List<String> again = KnitIndexes.checksums(build(items.orderBy(rand(7)), spec));

    assertWhole(index, items);
    assertThat(KnitIndexes.checksums(index))
        .isEqualTo(again)
        .isNotEqualTo(KnitIndexes.checksums(build(items, floats)));
  }

  @Test
  void theNumberOfCoresMakesNoDifference() {
    List<String> expected = checksums(withDuplicates(), 5);
    LocalSpark.session().stop();
    SparkSession one = LocalSpark.session("local[1]");
    try {
      assertThat(one.sparkContext().defaultParallelism()).isEqualTo(1);
      assertThat(checksums(withDuplicates(), 5)).isEqualTo(expected);
    } finally {
      one.stop();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 9, 17, 50})
  void anyNumberOfPartitionsGivesOneGraphOfAllRows(int partitions) throws IOException {
    Dataset<Row> items = partitions == 50 ? withDuplicates().limit(30) : withDuplicates();
    KnitIndex index = build(items, IndexSpec.of("id", "v").partitions(partitions));

    assertThat(index.buildReport().orElseThrow().partitions()).isEqualTo(partitions);
    assertWhole(index, items);
  }

  @ParameterizedTest
  @EnumSource(value = Metric.class, mode = EnumSource.Mode.EXCLUDE, names = "L2")
  void anyMetricGivesOneGraphOfAllRows(Metric metric) throws IOException {
    Dataset<Row> items = withDuplicates();

    assertWhole(build(items, IndexSpec.of("id", "v").metric(metric).partitions(3)), items);
  }

  private static void assertWhole(KnitIndex index, Dataset<Row> items) throws IOException {
    assertThat(index.verify().problems()).isEmpty();
    assertThat(RefusedInputTest.files(Path.of(URI.create(index.path()))))
        .as("files: those of the segment, the manifest and the hint")
        .hasSize(index.snapshot().segments().get(0).files().size() + 2);
    long rows = items.count();
    SegmentInfo info = index.snapshot().segments().get(0);
    assertThat(index.snapshot().segments()).hasSize(1);
    assertThat(info.rows()).isEqualTo((int) rows);
    assertThat(info.nodes()).isEqualTo((int) items.select("v").distinct().count());
    try (Segment segment = Segment.open(index.table().io(), index.path(), index.snapshot(), info)) {
      assertThat(GraphCheck.of(segment.graph(), segment.vectors()).problems()).isEmpty();
    }
    assertThat(index.rows().exceptAll(items).count()).isZero();
    assertThat(index.rows().count()).isEqualTo(rows);
    Dataset<Row> all = index.knnJoin(items.limit(1).select("v"), "v", (int) rows);
    assertThat(all.select("id").distinct().count()).isEqualTo(rows);
    if (index.snapshot().params().metric() == Metric.INNER_PRODUCT) {
      return; // where a longer vector is nearer than the same
    }
    Dataset<Row> self =
        index.knnJoin(items.selectExpr("id as q", "v"), "v", KnnOptions.of(40).ef(100));
    assertThat(self.where("q = id").count()).as("rows that find themselves").isEqualTo(rows);
  }

  private List<String> checksums(Dataset<Row> items, int partitions) {
    return KnitIndexes.checksums(build(items, IndexSpec.of("id", "v").partitions(partitions)));
  }

  private KnitIndex build(Dataset<Row> items, IndexSpec spec) {
    return KnitIndex.build(items, spec, directory + "/index-" + builds++);
  }

  /** Of ten rows three have the vector of the last row before them whose id is a multiple of 40. */
  private static Dataset<Row> withDuplicates() {
    List<float[]> vectors = TestTables.clustered(ROWS, 8, 21);
    for (int i = 0; i < ROWS; i++) {
      vectors.set(i, vectors.get(i % 10 < 3 ? i - i % 40 : i));
    }
    return TestTables.items(vectors);
  }
}
