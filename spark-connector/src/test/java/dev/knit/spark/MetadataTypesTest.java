package dev.knit.spark;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.jdk.javaapi.CollectionConverters;

class MetadataTypesTest {
  /** A type and two values of it; a third row has nulls. */
  private static final List<String> VALUES =
      List.of(
          "boolean | true | false",
          "tinyint | 127 | -128",
          "smallint | 32767 | -32768",
          "int | 2147483647 | -2147483648",
          "bigint | 9223372036854775807 | -9223372036854775808",
          "float | 'NaN' | '-0.0'",
          "double | '-Infinity' | 4.9E-324D",
          "decimal(38,18) | '12345678901234567890.123456789012345678' | 1E-18",
          "decimal(5,2) | 123.45 | -999.99",
          "decimal(10,0) | 0 | 9999999999",
          "string | '' | 'na\u00efve \u6f22\u5b57 \ud83d\ude00'",
          "binary | X'' | X'00FF80'",
          "date | '0001-01-01' | '9999-12-31'",
          "timestamp | '1969-12-31 23:59:59.999999Z' | '2026-03-29 01:30:00.000001Z'",
          "timestamp_ntz | '1582-10-04 12:00:00' | '2026-03-29 02:30:00.123456'",
          "array<int> | array() | array(1, null, 3)",
          "array<string> | array('a', '') | array(null)",
          "array<array<date>> | array(array('2020-02-29'), null) | array(array())",
          "struct<a int, b string> | struct(1, null) | struct(null, 'x')",
          "map<string, bigint> | map('one', 1L, 'none', null) | map()",
          "map<int, array<struct<x decimal(4,1)>>> | map(7, array(struct(1.5))) | map()",
          "struct<m map<string, binary>, t array<timestamp>>"
              + " | struct(map('k', X'01'), array('2000-01-01 00:00:00Z'))"
              + " | struct(map(), null)");

  @TempDir Path directory;

  @Test
  void valuesOfEveryTypeComeBackFromRowsAndJoins() {
    Dataset<Row> table = table();
    KnitIndex index =
        KnitIndex.build(table, IndexSpec.of("id", "v").partitions(2), directory + "/index");

    assertThat(typesOf(index.rows().schema())).isEqualTo(typesOf(table.schema()));
    List<String> expected = json(table);
    assertThat(json(index.rows())).isEqualTo(expected);
    Dataset<Row> joined =
        index.knnJoin(
            LocalSpark.session().sql("select array(0f, 0f) as v"), "v", KnnOptions.of(3).exactly());
    assertThat(json(joined.drop("_distance", "_rank")))
        .isEqualTo(json(table.selectExpr("array(0f, 0f) as v", "*").drop(table.col("v"))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bigint", "int", "string"})
  void idsKeepTheirType(String type) {
    Dataset<Row> table =
        LocalSpark.session()
            .sql("select id - 2 as id, array(float(id), 1f) as v from range(5)")
            .withColumn("id", col("id").cast(type));
    KnitIndex index = KnitIndex.build(table, IndexSpec.of("id", "v"), directory + "/" + type);

    assertThat(index.rows().schema().apply("id").dataType().sql().toLowerCase(Locale.ROOT))
        .isEqualTo(type);
    assertThat(json(index.rows())).isEqualTo(json(table));
    assertThat(index.knnJoin(table.withColumnRenamed("id", "q"), "v", 1).where("q = id").count())
        .isEqualTo(5);
  }

  @Test
  void columnsMayHaveAnyName() {
    Dataset<Row> table =
        LocalSpark.session()
            .sql(
                "select id as `the id`, array(float(id)) as `v.1`, 'x' as `a``b.c`, 1 as _row,"
                    + " 2 as _segment, 3 as `order` from range(3)");
    KnitIndex index = KnitIndex.build(table, IndexSpec.of("the id", "v.1"), directory + "/names");

    assertThat(index.rows().columns())
        .isEqualTo(new String[] {"the id", "v.1", "a`b.c", "_row", "_segment", "order"});
    assertThat(index.rows().collectAsList()).hasSize(3);
    Dataset<Row> joined =
        index.knnJoin(
            LocalSpark.session().sql("select array(0f) as `q.v`"),
            "q.v",
            KnnOptions.of(2).filter("_row = 1 and `the id` > 0"));
    assertThat(joined.select("`the id`").collectAsList())
        .extracting(row -> row.getLong(0))
        .containsExactly(1L, 2L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "make_interval(1, 2)",
        "interval '1' day",
        "interval '1' month",
        "null",
        "parse_json('{}')",
        "array(make_interval(1))",
        "map('k', parse_json('1'))"
      })
  void typesThatAnIndexCannotHoldAreRefused(String value) throws Exception {
    Dataset<Row> table =
        LocalSpark.session().sql("select 1 as id, array(1f) as v, " + value + " as odd");

    int jobs =
        LocalSpark.jobsOf(
            () ->
                assertThatThrownBy(
                        () ->
                            KnitIndex.build(table, IndexSpec.of("id", "v"), directory + "/refused"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching(
                        "Column 'odd' has type .*, which an index cannot hold; cast it or leave it"
                            + " out\\."));

    assertThat(jobs).as("jobs before the schema was refused").isZero();
    assertThat(directory.resolve("refused")).doesNotExist();
  }

  /** One column per type, c0 and so on. */
  private static Dataset<Row> table() {
    Dataset<Row> table = null;
    for (int row = 0; row < 3; row++) {
      StringBuilder select =
          new StringBuilder("select %dL as id, array(%df, 1f) as v".formatted(row, row));
      for (int i = 0; i < VALUES.size(); i++) {
        String[] parts = VALUES.get(i).split(" \\| ");
        String value = row == 2 ? "null" : parts[row + 1];
        select.append(", cast(%s as %s) as c%d".formatted(value, parts[0], i));
      }
      Dataset<Row> one = LocalSpark.session().sql(select.toString());
      table = table == null ? one : table.union(one);
    }
    return table;
  }

  private static List<String> typesOf(StructType schema) {
    return Arrays.stream(schema.fields())
        .map(field -> field.name() + " " + field.dataType().sql())
        .toList();
  }

  /** Rows by id as Spark itself writes them, so that nulls and empty values differ. */
  private static List<String> json(Dataset<Row> table) {
    return table.orderBy("id").collectAsList().stream()
        .map(
            row -> {
              StringBuilder text = new StringBuilder();
              for (int i = 0; i < row.size(); i++) {
                text.append(row.schema().fieldNames()[i]).append('=').append(show(row.get(i)));
                text.append('\n');
              }
              return text.toString();
            })
        .toList();
  }

  private static String show(Object value) {
    if (value instanceof byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    }
    if (value instanceof Row row) {
      StringBuilder text = new StringBuilder("{");
      for (int i = 0; i < row.size(); i++) {
        text.append(show(row.get(i))).append(' ');
      }
      return text.append('}').toString();
    }
    if (value instanceof scala.collection.Map<?, ?> map) {
      return CollectionConverters.asJava(map).entrySet().stream()
          .map(entry -> show(entry.getKey()) + "->" + show(entry.getValue()))
          .sorted()
          .toList()
          .toString();
    }
    if (value instanceof scala.collection.Seq<?> seq) {
      return CollectionConverters.asJava(seq).stream()
          .map(MetadataTypesTest::show)
          .toList()
          .toString();
    }
    return String.valueOf(value);
  }
}
