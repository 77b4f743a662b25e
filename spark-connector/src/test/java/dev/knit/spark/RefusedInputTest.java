package dev.knit.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.vector.Metric;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RefusedInputTest {
  private static final IndexSpec SPEC = IndexSpec.of("id", "v").partitions(3);

  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void choosePath() {
    path = directory.resolve("index");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "array(1f, 2f, 3f) | Vector of row 7 has dimension 3, but 30 row(s) have dimension 2.",
        "array()           | Vector of row 7 has dimension 0, but 30 row(s) have dimension 2.",
        "null              | Vector of row 7 is null; remove the row or give it a vector.",
        "array(1f, null)   | Vector of row 7 has a null at position 1; every value must be a finite number.",
        "array(float('NaN'), 1f) | Vector of row 7 has NaN at position 0; every value must be finite.",
        "array(0f, float('-inf')) | Vector of row 7 has -Infinity at position 1; every value must be finite.",
        "array(1e300D, 0D) | Vector of row 7 has Infinity at position 0; every value must be finite.",
        "array(3e38f, 3e38f) | Vector of row 7 is too long for float32: its squared norm is 1.80e+77; scale the vectors down.",
      })
  void aVectorThatCannotBeIndexedIsNamedWithItsRow(String vector, String message) {
    refused(withRow("7L", vector), SPEC, IllegalArgumentException.class).hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"array(float('NaN'), 1f)", "array(3e38f, 3e38f)"})
  void theSameUnderInnerProductWhoseLongestVectorIsSoughtFirst(String vector) {
    refused(
            withRow("7L", vector),
            SPEC.metric(Metric.INNER_PRODUCT),
            IllegalArgumentException.class)
        .hasMessageStartingWith("Vector of row 7 ");
  }

  @Test
  void aVectorOfZerosHasNoDirection() {
    refused(
            withRow("7L", "array(0f, -0f)"),
            SPEC.metric(Metric.COSINE),
            IllegalArgumentException.class)
        .hasMessage(
            "Vector of row 7 is all zero, which has no direction for cosine; remove it or use"
                + " another metric.");
    assertThat(build(withRow("7L", "array(0f, 0f)"), SPEC).rows().count()).isEqualTo(31);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "null | Column 'id' has a null; every row needs an id.",
        "110L | Id 110 stands in more than one row of column 'id'; ids must be unique.",
      })
  void idsAreUniqueAndNeverNull(String id, String message) {
    refused(withRow(id, "array(1f, 2f)"), SPEC, IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void nullIdsAreToldBeforeDuplicates() {
    Dataset<Row> nulls = withRow("null", "array(1f, 2f)");
    refused(nulls.union(nulls), SPEC, IllegalArgumentException.class)
        .hasMessage("Column 'id' has a null; every row needs an id.");
  }

  @Test
  void theInputNeedsRows() {
    refused(rows().where("false"), SPEC, IllegalArgumentException.class)
        .hasMessage("The input has no rows; an index needs at least one.");
    refused(
            rows().selectExpr("id", "cast(array() as array<float>) as v"),
            SPEC,
            IllegalArgumentException.class)
        .hasMessage("The vectors in column 'v' are empty.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "key | v    | There is no column 'key'; the columns are id, v, n, s, a.",
        "id  | vec  | There is no column 'vec'; the columns are id, v, n, s, a.",
        "id  | n    | Column 'n' has type INT, but vectors are ARRAY<FLOAT> or ARRAY<DOUBLE>.",
        "id  | s    | Column 's' has type STRING, but vectors are ARRAY<FLOAT> or ARRAY<DOUBLE>.",
        "id  | a    | Column 'a' has type ARRAY<INT>, but vectors are ARRAY<FLOAT> or ARRAY<DOUBLE>.",
        "a   | v    | Id column 'a' has type ARRAY<INT>, but an id is an INT, BIGINT or STRING; cast it.",
        "v   | v    | Column 'v' cannot be both id and vector.",
      })
  void columnsThatDoNotFitAreRefusedBeforeAnyJob(String id, String vector, String message)
      throws Exception {
    Dataset<Row> table = rows().selectExpr("*", "1 as n", "'x' as s", "array(1) as a");
    int jobs =
        LocalSpark.jobsOf(
            () ->
                refused(table, IndexSpec.of(id, vector), IllegalArgumentException.class)
                    .hasMessage(message));
    assertThat(jobs).isZero();
    assertThat(path).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"_distance", "_rank", "_Rank"})
  void namesThatJoinsAddAreReserved(String name) {
    refused(rows().selectExpr("*", "1 as " + name), SPEC, IllegalArgumentException.class)
        .hasMessage("Column '%s' has a name that Knit uses itself; rename it.".formatted(name));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 10 | k (0) must be at least 1.",
        "-1 | 10 | k (-1) must be at least 1.",
        "11 | 10 | ef (10) must be at least k (11).",
      })
  void searchesNeedAPositiveKAndABeamThatHoldsIt(int k, int ef, String message) {
    assertThatThrownBy(() -> KnnOptions.of(k).ef(ef))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void aFailedBuildLeavesNothingAndMayBeRepeated() throws IOException {
    refused(
            withRow("7L", "array(float('NaN'), 1f)"),
            SPEC.partitions(5),
            IllegalArgumentException.class)
        .hasMessageStartingWith("Vector of row 7 ");
    assertThat(files(path)).isEmpty();
    assertThat(KnitIndexes.failureOfOpening(path)).hasMessageContaining("is no Knit index");

    assertThat(build(rows(), SPEC).snapshot().version()).isEqualTo(1);
  }

  @Test
  void aFailedOverwriteLeavesTheIndexAsItWas() throws IOException {
    build(rows(), SPEC);
    List<String> before = files(path);

    refused(
            withRow("7L", "array(float('NaN'), 1f)"),
            SPEC.overwriting(),
            IllegalArgumentException.class)
        .hasMessageStartingWith("Vector of row 7 ");

    assertThat(files(path)).isEqualTo(before);
    assertThat(KnitIndex.open(LocalSpark.session(), path.toString()).rows().count()).isEqualTo(30);
  }

  @Test
  void overwritingMakesTheNextVersion() {
    KnitIndex first = build(rows(), SPEC);
    assertThatThrownBy(() -> build(rows(), SPEC))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "There is an index at '%s' already; choose another path or overwrite it.",
            first.path());

    Dataset<Row> other = rows().selectExpr("string(id) as key", "array(1f, v[0], 2f) as v");
    KnitIndex second = build(other, IndexSpec.of("key", "v").overwriting());

    assertThat(second.snapshot().version()).isEqualTo(2);
    assertThat(second.snapshot().schema().dimension()).isEqualTo(3);
    assertThat(first.rows().columns()).containsExactly("id", "v");
    assertThat(first.rows().count()).isEqualTo(30);
    assertThat(KnitIndex.open(LocalSpark.session(), path.toString()).rows().columns())
        .containsExactly("key", "v");
  }

  @Test
  void anIndexMayBeRebuiltFromItself() {
    KnitIndex first = build(rows(), SPEC);
    KnitIndex second = build(first.rows(), SPEC.overwriting());

    assertThat(second.snapshot().version()).isEqualTo(2);
    assertThat(second.rows().count()).isEqualTo(30);
  }

  @Test
  void directoriesOfOthersAreLeftAlone() throws IOException {
    Files.createDirectory(path);
    Files.writeString(path.resolve("letter.txt"), "dear");

    for (IndexSpec spec : List.of(SPEC, SPEC.overwriting())) {
      refused(rows(), spec, IllegalArgumentException.class)
          .hasMessage("'file:%s' exists and is no Knit index; choose another path.", path);
    }
    assertThat(files(path)).containsExactly("letter.txt");
    assertThat(KnitIndexes.failureOfOpening(path))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("'file:%s' is no Knit index: there is no version in _knit/log.", path);
    assertThat(KnitIndexes.failureOfOpening(directory.resolve("nowhere")))
        .hasMessageContaining("there is no such directory");
  }

  @Test
  void aFileIsNoPlaceForAnIndex() throws IOException {
    Files.writeString(path, "a file");

    refused(rows(), SPEC, UncheckedIOException.class)
        .hasMessage("'%s' is a file, not a directory.", path);
    assertThat(path).hasContent("a file");
    assertThat(KnitIndexes.failureOfOpening(path)).hasMessageContaining("is no Knit index");
  }

  @Test
  void storageThatIsNotSupportedIsRefused() {
    assertThatThrownBy(() -> KnitIndex.build(rows(), SPEC, "nosuch://bucket/index"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'nosuch://bucket/index' cannot be reached")
        .hasMessageContaining("No FileSystem for scheme \"nosuch\"");
  }

  private AbstractThrowableAssert<?, ? extends Throwable> refused(
      Dataset<Row> table, IndexSpec spec, Class<? extends RuntimeException> type) {
    return assertThatThrownBy(() -> build(table, spec)).isInstanceOf(type);
  }

  private KnitIndex build(Dataset<Row> table, IndexSpec spec) {
    return KnitIndex.build(table, spec, path.toString());
  }

  private static Dataset<Row> rows() {
    return LocalSpark.session()
        .sql("select id + 100 as id, array(float(id), float(id % 7)) as v from range(0, 30, 1, 2)");
  }

  private static Dataset<Row> withRow(String id, String vector) {
    return rows()
        .selectExpr("id", "cast(v as array<double>) as v")
        .union(LocalSpark.session().sql("select bigint(%s), %s".formatted(id, vector)));
  }

  /** Files below a directory. */
  static List<String> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> directory.relativize(file).toString())
          .sorted()
          .toList();
    }
  }
}
