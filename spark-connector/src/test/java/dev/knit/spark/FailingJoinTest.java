package dev.knit.spark;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.table.StoredFile;
import dev.knit.vector.Metric;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailingJoinTest {
  @TempDir static Path directory;
  private KnitIndex index;

  @BeforeAll
  void build() {
    index = KnitIndex.build(rows(30), IndexSpec.of("id", "v").partitions(2), directory + "/index");
  }

  @Test
  void moreNeighborsThanRowsAreAllRows() {
    for (KnnOptions all :
        new KnnOptions[] {
          KnnOptions.of(31), KnnOptions.of(Integer.MAX_VALUE), KnnOptions.of(1000).exactly()
        }) {
      Dataset<Row> joined = index.knnJoin(left("array(3f, 3f)"), "qv", all);
      assertThat(joined.select("id").distinct().count()).as(all.toString()).isEqualTo(30);
      assertThat(joined.count()).isEqualTo(30);
    }
    KnnOptions others = KnnOptions.of(Integer.MAX_VALUE).excludeSelf("q");
    assertThat(index.knnJoin(left("array(3f, 3f)"), "qv", others).count()).isEqualTo(29);
  }

  @Test
  void anIndexMayHaveOneRow() {
    KnitIndex one = KnitIndex.build(rows(1), IndexSpec.of("id", "v"), directory + "/one");

    assertThat(
            one.knnJoin(left("array(3f, 4f)"), "qv", 5).select("id", "_distance", "_rank").head())
        .hasToString("[0,5.0,1]");
    assertThat(one.rows().count()).isEqualTo(1);
    assertThat(one.verify().isWhole()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "array(1f, 2f, 3f) | Vector has dimension 3, but 2 was expected.",
        "array() | Vector has dimension 0, but 2 was expected.",
        "array(1f, null) | Vector has a null at position 1; every value must be a finite number.",
        "array(1f, float('NaN')) | Vector has NaN at position 1; every value must be finite.",
        "array(1e300D, 1D) | Vector has Infinity at position 0; every value must be finite.",
      })
  void queriesThatDoNotFitFailTheirJob(String vector, String problem) {
    String message = "Query for index '%s': %s".formatted(index.path(), problem);
    Dataset<Row> left = left(vector);

    assertThatThrownBy(() -> index.knnJoin(left, "qv", 2).collectAsList())
        .isInstanceOf(KnitException.class)
        .hasMessageContaining(message);
    assertThatThrownBy(
            () -> left.select(index.search(col("qv"), KnnOptions.of(2).exactly())).collectAsList())
        .isInstanceOf(KnitException.class)
        .hasMessageContaining(message);
    assertThatThrownBy(() -> index.knnJoin(constant(vector), "qv", 2).collectAsList())
        .isInstanceOf(KnitException.class)
        .hasMessageContaining(message);
  }

  @Test
  void queriesOfZerosHaveNoDirection() {
    KnitIndex cosine =
        KnitIndex.build(
            rows(30).where("id > 0"),
            IndexSpec.of("id", "v").metric(Metric.COSINE),
            directory + "/cosine");

    assertThatThrownBy(() -> cosine.knnJoin(left("array(0f, 0f)"), "qv", 2).collectAsList())
        .hasMessageContaining("Query for index '" + cosine.path() + "': Vector is all zero");
  }

  @Test
  void columnsThatDoNotFitAreRefusedAtOnce() {
    Dataset<Row> left = left("array(1f, 2f)");
    assertThatThrownBy(() -> index.knnJoin(left, "vector", 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There is no column 'vector'; the columns are q, qv.");
    assertThatThrownBy(() -> index.knnJoin(left, "q", 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Column 'q' has type BIGINT, but vectors are ARRAY<FLOAT> or ARRAY<DOUBLE>.");
    assertThatThrownBy(() -> index.knnJoin(left, "qv", KnnOptions.of(2).excludeSelf("self")))
        .hasMessage("There is no column 'self'; the columns are q, qv.");
    assertThatThrownBy(() -> index.knnJoin(left, "qv", KnnOptions.of(2).excludeSelf("qv")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Id column 'qv' has type ARRAY<DOUBLE>, but an id is an INT, BIGINT or STRING; cast it.");
    assertThatThrownBy(() -> index.knnJoin(left, "qv", KnnOptions.of(2).columns("id", "colour")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The index has no column 'colour'; its columns are id, name.");
    assertThatThrownBy(() -> index.knnJoin(left, "qv", KnnOptions.of(2).columns("v")))
        .hasMessageStartingWith("Column 'v' is the index's vector, which a join does not return");
    assertThatThrownBy(() -> index.knnJoin(left, "qv", KnnOptions.of(2).columns("id", "id")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Column 'id' was asked for twice.");
  }

  @ParameterizedTest
  @CsvSource({
    "rows.arrow, flip", "rows.arrow, cut", "rows.arrow, delete",
    "graph.knit, flip", "graph.knit, cut", "graph.knit, delete"
  })
  void damagedFilesFailTheJoinByName(String name, String damage) throws IOException {
    Path copy = directory.resolve(name + "-" + damage);
    copy(directory.resolve("index"), copy);
    Path file =
        index.snapshot().segments().stream()
            .flatMap(segment -> segment.files().stream())
            .map(StoredFile::path)
            .filter(path -> path.endsWith(name))
            .map(copy::resolve)
            .findFirst()
            .orElseThrow();
    damage(file, damage);
    KnitIndex damaged = KnitIndex.open(LocalSpark.session(), copy.toString());

    assertThatThrownBy(() -> damaged.knnJoin(left("array(1f, 2f)"), "qv", 2).collectAsList())
        .hasMessageContaining(file.toString())
        .hasMessageContaining("is corrupt: ");
    assertThat(damaged.verify().problems()).singleElement().asString().contains(file.toString());
    if (name.equals("rows.arrow")) {
      assertThatThrownBy(
              () ->
                  damaged
                      .knnJoin(left("array(1f, 2f)"), "qv", KnnOptions.of(2).filter("id > 3"))
                      .collectAsList())
          .hasMessageContaining(file.toString())
          .hasMessageContaining("is corrupt: ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"flip", "cut"})
  void aDamagedManifestFailsOpening(String damage) throws IOException {
    Path copy = directory.resolve("manifest-" + damage);
    copy(directory.resolve("index"), copy);
    damage(copy.resolve("_knit/log/00000000000000000001.json"), damage);

    assertThat(KnitIndexes.failureOfOpening(copy))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("00000000000000000001.json")
        .hasMessageContaining("is corrupt: ");
  }

  private static void damage(Path file, String how) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    switch (how) {
      case "flip" -> {
        bytes[bytes.length / 2] ^= 4;
        Files.write(file, bytes);
      }
      case "cut" -> Files.write(file, Arrays.copyOf(bytes, bytes.length - 9));
      default -> Files.delete(file);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  private static Dataset<Row> rows(int count) {
    return LocalSpark.session()
        .sql(
            "select id, array(float(id), float(mod(id, 7))) as v, 'row ' || id as name from range(%d)"
                .formatted(count));
  }

  private static Dataset<Row> left(String vector) {
    return LocalSpark.session()
        .range(5, 6, 1, 1)
        .selectExpr(
            "id as q", "if(id = 5, cast(%s as array<double>), null) as qv".formatted(vector));
  }

  /** The same as a constant. */
  private static Dataset<Row> constant(String vector) {
    return LocalSpark.session()
        .sql("select 5L as q, cast(%s as array<double>) as qv".formatted(vector));
  }
}
