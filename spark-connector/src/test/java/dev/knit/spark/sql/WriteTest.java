package dev.knit.spark.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.knit.spark.KnitException;
import dev.knit.spark.KnitIndex;
import dev.knit.spark.LocalSpark;
import dev.knit.spark.TestTables;
import dev.knit.table.SegmentInfo;
import dev.knit.vector.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Writes of batches to an index, beside what they should leave. */
class WriteTest {
  @TempDir Path directory;
  private final SparkSession spark = LocalSpark.session();
  private Dataset<Row> rows;
  private KnitIndex index;
  private String table;

  @BeforeEach
  void build() {
    rows = SqlTables.plain("plain_write", 600, 5);
    index = SqlTables.indexed(rows.filter("id < 400"), "written", Metric.L2, directory);
    table = "knit.`" + index.path() + "`";
  }

  @Test
  void rowsAreAppendedByPath() throws Exception {
    rows.filter("id >= 400")
        .select("part", "id", "name", "v")
        .repartition(3)
        .write()
        .format("knit")
        .mode(SaveMode.Append)
        .save(index.path());

    assertHolds(rows);
    List<SegmentInfo> segments = newest().snapshot().segments();
    assertThat(segments).hasSize(2);
    assertThat(segments.get(1).graphFiles()).isEmpty();
    assertThat(segments.get(1).rowsFiles()).hasSize(3);
    assertThat(newest().history().get(0).operation().details()).containsEntry("added", "200");
  }

  @Test
  void rowsAreAppendedByNameBySqlAndByPosition() throws Exception {
    rows.filter("id between 400 and 449").writeTo(table).append();
    spark.sql("insert into " + table + " select * from plain_write where id between 450 and 499");
    spark.sql(
        "insert into %s (name, id, v) select name, id, v from plain_write where id >= 500"
            .formatted(table));

    assertHolds(rows.withColumn("part", functions.expr("if(id >= 500, null, part)")));
  }

  @Test
  void doublesAndConstantsAreCast() throws Exception {
    String zeros = ", 0".repeat(SqlTables.DIMENSION - 1);
    spark.sql("insert into %s values (1000, array(1.5%s), 'x', 7)".formatted(table, zeros));
    rows.filter("id = 500")
        .selectExpr("id", "cast(v as array<double>) v", "name", "part")
        .writeTo(table)
        .append();

    assertThat(SqlTables.sql("select v[0], name from %s where id = 1000", table).toString())
        .isEqualTo("[[1.5,x]]");
    assertThat(SqlTables.sql("select v from %s where id = 500", table))
        .isEqualTo(rows.filter("id = 500").select("v").collectAsList());
  }

  @Test
  void manyRowsGetAGraph() throws Exception {
    Dataset<Row> many =
        TestTables.items(12_000, SqlTables.DIMENSION, 8)
            .withColumn("id", functions.expr("id + 1000"));
    many.repartition(3).write().format("knit").mode("append").save(index.path());

    List<SegmentInfo> segments = newest().snapshot().segments();
    assertThat(segments).hasSize(2);
    assertThat(segments.get(1).graphFiles()).isNotEmpty();
    assertHolds(rows.filter("id < 400").union(many));
    assertThat(newest().verify().problems()).isEmpty();
    assertThat(segmentsOnDisk()).as("what was staged is removed").hasSize(2);
  }

  @Test
  void manySmallFilesBecomeOne() throws Exception {
    rows.filter("id >= 400").repartition(20).writeTo(table).append();

    assertThat(newest().snapshot().segments().get(1).rowsFiles()).hasSize(1);
    assertHolds(rows);
    assertThat(segmentsOnDisk()).hasSize(2);
  }

  @Test
  void rowsAreUpserted() throws Exception {
    Dataset<Row> changed =
        rows.filter("id % 2 = 0").withColumn("name", functions.lit("new")).repartition(2);
    changed.write().format("knit").mode("append").option("upsert", true).save(index.path());
    spark.sql(
        "insert into %s with ('upsert' = 'true') select id, v, 'sql', part from plain_write where id in (1, 599)"
            .formatted(table));

    Dataset<Row> expected =
        rows.filter("id < 400 or id % 2 = 0 or id = 599")
            .withColumn(
                "name",
                functions.expr(
                    "case when id in (1, 599) then 'sql' when id % 2 = 0 then 'new' else name end"));
    assertHolds(expected);
  }

  @Test
  void allRowsAreOverwritten() throws Exception {
    rows.filter("id between 300 and 500")
        .write()
        .format("knit")
        .mode("overwrite")
        .save(index.path());
    assertHolds(rows.filter("id between 300 and 500"));

    spark.sql("insert overwrite %s select * from plain_write where id < 7".formatted(table));
    assertHolds(rows.filter("id < 7"));
    assertThat(nearest("id = 3", 2)).hasSize(2).contains(3L);

    spark.sql("insert overwrite %s select * from plain_write where id < 0".formatted(table));
    assertThat(spark.table(table).count()).isZero();
    assertThat(spark.table(table).collectAsList()).isEmpty();
    assertThat(nearest("id = 3", 2)).isEmpty();
    assertThat(newest().version(1).rows().count()).isEqualTo(400);
  }

  @Test
  void rowsThatMeetAConditionAreOverwritten() throws Exception {
    rows.filter("id >= 400")
        .writeTo(table)
        .overwrite(functions.expr("part >= 50 and (name like 'item 1%' or id in (50, 51))"));

    assertHolds(
        rows.filter("id >= 400 or not (part >= 50 and (name like 'item 1%' or id in (50, 51)))"));
    spark.sql(
        "insert into %s replace where id < 10 select * from plain_write where id in (3, 4)"
            .formatted(table));
    assertThat(spark.table(table).filter("id < 10").count()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "id, null, name, part | KNIT_INVALID_INPUT,NOT_NULL_ASSERT_VIOLATION | NULL value appeared in non-nullable field",
        "id, slice(v, 1, 3), name, part | KNIT_INVALID_INPUT | has dimension 3, but 12 was expected",
        "id, transform(v, x -> float('NaN')), name, part | KNIT_INVALID_INPUT | has NaN at position 0",
        "id, transform(v, x -> float(null)), name, part | KNIT_INVALID_INPUT | has a null at position 0",
        "null, v, name, part | NOT_NULL_ASSERT_VIOLATION | NULL value appeared in non-nullable field",
        "id, v, name | INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS | not enough data columns",
        "id, v, name, part, 1 | INSERT_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS | too many data columns",
        "id, name, v, part | INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST | Cannot safely cast",
        "7, v, name, part | KNIT_INVALID_INPUT | Id 7 stands in more than one row",
        "id - 400, v, name, part | KNIT_INVALID_INPUT | is in 'file:"
      })
  void badRowsAreRefusedAndNothingChanges(String columns, String conditions, String message)
      throws IOException {
    Throwable failure =
        catchThrowable(
            () ->
                spark.sql(
                    "insert into %s select %s from plain_write where id >= 400"
                        .formatted(table, columns)));

    assertThat(conditionsOf(failure)).containsAnyElementsOf(List.of(conditions.split(",")));
    assertThat(messages(failure)).contains(message);
    assertThat(newest().snapshot().version()).isEqualTo(1);
    assertThat(segmentsOnDisk()).hasSize(1);
  }

  @Test
  void aMissingColumnIsTold() throws Exception {
    assertThatThrownBy(
            () ->
                rows.filter("id >= 400")
                    .drop("v")
                    .write()
                    .format("knit")
                    .mode("append")
                    .save(index.path()))
        .hasMessageContaining("[INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_FIND_DATA]")
        .hasMessageContaining("`v`");
    assertThatThrownBy(
            () ->
                rows.filter("id >= 400")
                    .withColumn("more", functions.lit(1))
                    .writeTo(table)
                    .append())
        .hasMessageContaining("INSERT_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS");
    assertThatThrownBy(
            () ->
                rows.write()
                    .format("knit")
                    .mode("append")
                    .option("upsert", "maybe")
                    .save(index.path()))
        .isInstanceOf(KnitException.class)
        .hasMessageContaining("upsert ('maybe') must be true or false.");
  }

  @Test
  void whatATableWasMadeWithIsNotChangedByOverwritingItsRows() throws Exception {
    String metric = newest().snapshot().params().metric().id();
    String other = metric.equals("cosine") ? "l2" : "cosine";

    assertThatThrownBy(
            () ->
                rows.write()
                    .format("knit")
                    .mode("overwrite")
                    .option("metric", other)
                    .save(index.path()))
        .isInstanceOf(KnitException.class)
        .hasMessageContaining("metric cannot become '%s'".formatted(other))
        .hasMessageContaining("createOrReplace");
    rows.write().format("knit").mode("overwrite").option("metric", metric).save(index.path());
    assertHolds(rows);
  }

  @Test
  void longVectorsOfAnInnerProductAreRefused() {
    KnitIndex inner =
        SqlTables.indexed(rows.filter("id < 400"), "inner", Metric.INNER_PRODUCT, directory);
    Dataset<Row> longer =
        rows.filter("id >= 400").withColumn("v", functions.expr("transform(v, x -> x * 100f)"));

    assertThatThrownBy(() -> longer.write().format("knit").mode("append").save(inner.path()))
        .hasMessageContaining("but the index was built for norms up to");
  }

  @Test
  void anIdThatIsThereAlreadyIsRefused() throws Exception {
    rows.filter("id = 400").writeTo(table).append();

    assertThatThrownBy(() -> rows.filter("id = 400").writeTo(table).append())
        .isInstanceOf(KnitException.class)
        .hasMessageContaining("[KNIT_INVALID_INPUT] Id 400 is in '")
        .hasMessageEndingWith("already; upsert the row to replace it. SQLSTATE: 22023");
  }

  private List<Long> nearest(String query, int k) {
    return spark
        .sql(
            "select d.id from (select v qv from plain_write where %s) join %s d approx nearest %d by distance vector_l2_distance(v, qv)"
                .formatted(query, table, k))
        .as(org.apache.spark.sql.Encoders.LONG())
        .collectAsList();
  }

  private void assertHolds(Dataset<Row> expected) {
    Dataset<Row> found = SqlTables.load(index.path());
    assertThat(found.count()).isEqualTo(expected.count());
    assertThat(new HashSet<>(found.collectAsList()))
        .isEqualTo(new HashSet<>(expected.select("id", "v", "name", "part").collectAsList()));
  }

  private KnitIndex newest() {
    return KnitIndex.open(spark, index.path());
  }

  private List<Path> segmentsOnDisk() throws IOException {
    try (Stream<Path> segments = Files.list(directory.resolve("written/segments"))) {
      return segments.toList();
    }
  }

  private static List<String> conditionsOf(Throwable failure) {
    return Stream.iterate(failure, java.util.Objects::nonNull, Throwable::getCause)
        .filter(SparkThrowable.class::isInstance)
        .map(cause -> ((SparkThrowable) cause).getCondition())
        .toList();
  }

  private static String messages(Throwable failure) {
    return Stream.iterate(failure, java.util.Objects::nonNull, Throwable::getCause)
        .map(Throwable::getMessage)
        .toList()
        .toString();
  }
}
