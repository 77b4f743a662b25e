package dev.knit.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What fails in a task reaches the user as an error with a condition. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TaskErrorsTest {
  @TempDir static Path directory;
  private final SparkSession spark = LocalSpark.session();
  private KnitIndex index;

  @BeforeAll
  void build() {
    index =
        KnitIndex.build(
            TestTables.items(300, 3, 5),
            IndexSpec.of("id", "v").partitions(1),
            directory + "/index");
    spark
        .sql("select 1L as q, array(1f, 2f) as short, array(1f, float('NaN'), 2f) as nan")
        .createOrReplaceTempView("bad_queries");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "select * from bad_queries q join DOCS d approx nearest 2 by distance vector_l2_distance(nan, v) | KNIT_INVALID_INPUT | Query for index 'PATH': Vector has NaN at position 1",
        "select * from bad_queries q join DOCS d exact nearest 2 by distance vector_l2_distance(nan, v) | KNIT_INVALID_INPUT | Query for index 'PATH': Vector has NaN at position 1",
        "select * from bad_queries q join DOCS d approx nearest 2 by distance vector_l2_distance(short, v) | VECTOR_DIMENSION_MISMATCH | got 2 and 3",
        "select * from knit_search('PATH', TABLE(select q, short from bad_queries), 3) | KNIT_INVALID_INPUT | Vector has dimension 2, but 3 was expected.",
        "select * from knit_search('PATH', array(1f, 2f), 3) | KNIT_INVALID_INPUT | Vector has dimension 2, but 3 was expected.",
        "select * from knit_range('PATH', TABLE(select q, nan from bad_queries), 3) | KNIT_INVALID_INPUT | Vector has NaN at position 1",
        "select * from knit_facets('PATH', TABLE(select q, short from bad_queries), 'part', 3) | KNIT_INVALID_INPUT | Vector has dimension 2, but 3 was expected.",
        "insert into DOCS values (9000, array(1f, 2f, float('NaN')), 'x', 1) | KNIT_INVALID_INPUT | Vector of row 9000 has NaN at position 2",
      })
  void ofInputThatDoesNotFit(String statement, String condition, String problem) {
    assertError(() -> run(statement, directory + "/index"), condition, problem);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select * from (select array(1f, 2f, 3f) as q) join DOCS d approx nearest 2 by distance vector_l2_distance(q, v)",
        "select * from DOCS order by vector_l2_distance(v, array(1f, 2f, 3f)) limit 2",
        "select * from knit_search('PATH', array(1f, 2f, 3f), 3)",
        "select * from knit_facets('PATH', array(1f, 2f, 3f), 'part', 3)",
        "select sum(id), max(name) from DOCS",
        "update DOCS set name = 'x'"
      })
  void ofDamagedFiles(String statement) throws IOException {
    Path copy = Files.createTempDirectory(directory, "damaged");
    copyDamaged(directory.resolve("index"), copy);

    assertError(() -> run(statement, copy.toString()), "KNIT_CORRUPT_INDEX", "is corrupt: ");
  }

  @Test
  void ofTheJavaApi() {
    assertError(
        () -> index.knnJoin(spark.table("bad_queries"), "nan", 2).collectAsList(),
        "KNIT_INVALID_INPUT",
        "Vector has NaN at position 1");
  }

  private void run(String statement, String path) {
    Dataset<Row> rows =
        spark.sql(statement.replace("DOCS", "knit.`" + path + "`").replace("PATH", path));
    rows.collectAsList();
  }

  private void assertError(Runnable work, String condition, String problem) {
    Throwable thrown = catchThrowable(work::run);
    Throwable found = thrown;
    assertThat(thrown).as("thrown").hasMessageContaining(problem.replace("PATH", index.path()));
    assertThat(found).isInstanceOf(SparkThrowable.class);
    assertThat(((SparkThrowable) found).getCondition()).isEqualTo(condition);
    assertThat(((SparkThrowable) found).getSqlState()).isNotNull();
  }

  private static void copyDamaged(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        byte[] bytes = Files.readAllBytes(file);
        if (file.toString().endsWith(".arrow")) {
          bytes[bytes.length / 2] ^= 4;
        }
        Files.write(copy, bytes);
      }
    }
  }
}
