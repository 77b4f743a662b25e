package dev.knit.spark.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.spark.KnitException;
import dev.knit.spark.KnitIndex;
import dev.knit.spark.LocalSpark;
import dev.knit.vector.Metric;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
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

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadTest {
  @TempDir static Path directory;
  private Dataset<Row> rows;
  private KnitIndex index;

  @BeforeAll
  void build() {
    rows = SqlTables.plain("plain", 900, 5);
    index = SqlTables.indexed(rows, "docs", Metric.COSINE, directory);
  }

  @Test
  void allRowsAreReadAsTheyWereGiven() {
    Dataset<Row> read = SqlTables.load(index.path());

    assertThat(read.schema().simpleString())
        .isEqualTo("struct<id:bigint,v:array<float>,name:string,part:int>");
    assertThat(new HashSet<>(read.collectAsList())).isEqualTo(new HashSet<>(rows.collectAsList()));
  }

  @Test
  void onlyTheColumnsThatAreAskedForAreRead() {
    Dataset<Row> names = SqlTables.load(index.path()).select("name", "id");

    assertThat(SqlTables.plan(names)).contains("[id#").contains("name#").doesNotContain("v#");
    assertThat(new HashSet<>(names.collectAsList()))
        .isEqualTo(new HashSet<>(rows.select("name", "id").collectAsList()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "part = 7",
        "part in (1, 2, 3) and name like 'item 1%'",
        "part % 10 = 3 or id between 100 and 110",
        "name is null",
        "name = 'ITEM 9' collate utf8_lcase",
        "upper(substring(name, 6)) = '77' and not (id < 5)",
        "case when part > 50 then id % 2 = 0 else false end",
        "size(v) = 12 and v[0] > 0.5f",
        "vector_l2_distance(v, array_repeat(0f, 12)) < 2",
        "named_struct('a', part).a = 4",
        "id = 3 and id = 4",
        "true"
      })
  void filtersAreEvaluatedByTheScan(String filter) {
    assertThat(new HashSet<>(SqlTables.sql("select id, name from docs where %s", filter)))
        .isEqualTo(new HashSet<>(SqlTables.sql("select id, name from plain where %s", filter)));
    assertThat(SqlTables.plan("select id, name from docs where %s", filter))
        .doesNotContain("Filter (");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"rand(7) < 2", "part in (select 5)", "part = (select max(part) from plain)"})
  void whatIsNotAboutOneRowIsLeftToSpark(String filter) {
    assertThat(new HashSet<>(SqlTables.sql("select id from docs where %s", filter)))
        .isEqualTo(new HashSet<>(SqlTables.sql("select id from plain where %s", filter)));
  }

  @Test
  void rowsAreCountedWithoutReading() throws Exception {
    assertThat(SqlTables.plan("select count(*) from docs")).contains("LocalTableScan");
    assertThat(SqlTables.sql("select count(*), count(*) + 1 from docs").get(0))
        .extracting(row -> row.getLong(0), row -> row.getLong(1))
        .containsExactly(900L, 901L);
    assertThat(SqlTables.sql("select count(*) from docs where part < 10").get(0).getLong(0))
        .isEqualTo(90);
    assertThat(SqlTables.sql("select part, count(*) from docs group by part")).hasSize(100);
    assertThat(SqlTables.sql("select count(distinct part), max(id) from docs").get(0).getLong(0))
        .isEqualTo(100);
  }

  @Test
  void versionsAreReadByNumberTimeAndTag() throws Exception {
    SparkSession spark = LocalSpark.session();
    KnitIndex first = SqlTables.indexed(rows, "changing", Metric.L2, directory);
    Dataset<Row> pinned = SqlTables.load(first.path());
    KnitIndex second = first.delete("id >= 10");
    first.version(1).snapshot();

    assertThat(SqlTables.load(first.path()).count()).isEqualTo(10);
    assertThat(pinned.count()).as("a DataFrame stays at its version").isEqualTo(900);
    assertThat(read(spark, first.path(), "versionAsOf", "1").count()).isEqualTo(900);
    assertThat(read(spark, first.path(), "timestampAsOf", "2999-01-01 00:00:00").count())
        .isEqualTo(10);
    String time = java.time.Instant.ofEpochMilli(first.snapshot().timestamp()).toString();
    assertThat(read(spark, first.path(), "timestampAsOf", time).count()).isEqualTo(900);
    assertThat(second.snapshot().version()).isEqualTo(2);
    second.writer().tag("full", 1);
    assertThat(read(spark, first.path(), "tag", "full").count()).isEqualTo(900);
  }

  @Test
  void versionsAreReadBySql() throws Exception {
    KnitIndex first = SqlTables.indexed(rows, "changed", Metric.L2, directory);
    first.delete("id >= 10");
    first.writer().tag("full", 1);
    String count = "select count(*) from knit.`%s` %s";

    assertThat(SqlTables.sql(count, first.path(), "").get(0).getLong(0)).isEqualTo(10);
    for (String version :
        List.of("version as of 1", "version as of 'full'", "for system_version as of 1")) {
      assertThat(SqlTables.sql(count, first.path(), version).get(0).getLong(0)).isEqualTo(900);
    }
    String now = "timestamp as of '2999-01-01'";
    assertThat(SqlTables.sql(count, first.path(), now).get(0).getLong(0)).isEqualTo(10);
    assertThatThrownBy(() -> SqlTables.sql(count, first.path(), "version as of 9"))
        .hasMessageContaining("has no version 9; the newest is 3.");
  }

  @Test
  void plansOfACatalogSeeNewVersions() {
    KnitIndex first = SqlTables.indexed(rows, "growing", Metric.L2, directory);
    Dataset<Row> all = LocalSpark.session().table("knit.`" + first.path() + "`").select("id");

    assertThat(all.collectAsList()).hasSize(900);
    first.delete("id >= 10");
    assertThat(all.select("id").collectAsList()).hasSize(10);
  }

  @Test
  void aCatalogWithoutAWarehouseSaysWhatToDo() {
    assertThatThrownBy(() -> SqlTables.sql("select * from knit.db.docs"))
        .hasMessageContaining("set spark.sql.catalog.knit.warehouse to a directory");
  }

  @Test
  void aTableThatIsNotThereIsNotFound() {
    assertThatThrownBy(() -> SqlTables.sql("select * from knit.`/no/such/index`"))
        .isInstanceOf(KnitException.class)
        .hasMessage(
            "[KNIT_NO_SUCH_INDEX] 'file:/no/such/index' is no Knit index: there is no such directory. SQLSTATE: 42P01");
  }

  @Test
  void aWarehouseHasTablesByName() {
    SparkSession session = LocalSpark.session();
    session.conf().set("spark.sql.catalog.house", "dev.knit.spark.catalog.KnitCatalog");
    session.conf().set("spark.sql.catalog.house.warehouse", directory.resolve("house").toString());
    SqlTables.indexed(rows, "house/db/films", Metric.L2, directory);

    assertThat(SqlTables.sql("select id from house.db.films where part = 3")).hasSize(9);
    assertThat(SqlTables.sql("show tables in house.db").get(0).getString(1)).isEqualTo("films");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "versionAsOf | 7 | has no version 7; the newest is 1.",
        "versionAsOf | x | versionAsOf ('x') must be the number of a version.",
        "timestampAsOf | 1999-01-01 00:00:00 | has no version of 1999-01-01",
        "timestampAsOf | soon | timestampAsOf ('soon') must be a time such as",
        "tag | none | has no tag 'none'"
      })
  void versionsThatAreNotThereAreRefused(String option, String value, String message) {
    assertThatThrownBy(() -> read(LocalSpark.session(), index.path(), option, value))
        .hasMessageContaining(message);
  }

  @Test
  void aPathWithoutAnIndexIsRefused() {
    assertThatThrownBy(() -> SqlTables.load(directory.resolve("nothing").toString()))
        .hasMessageContaining("is no Knit index: there is no such directory.");
    assertThatThrownBy(() -> LocalSpark.session().read().format("knit").load())
        .hasMessageContaining("The data source 'knit' needs the path of an index.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"_distance", "_rank"})
  void whatOnlySearchesKnowIsRefusedWithoutOne(String column) {
    List<String> queries =
        List.of(
            "select id, %s from knit.`%s`",
            "select id, %s from knit.`%s` order by vector_l2_distance(v, array_repeat(1f, 12)) limit 3");
    for (String query : queries) {
      assertThatThrownBy(() -> SqlTables.sql(query, column, index.path()))
          .hasMessageContaining("Column '%s' is there in what a search".formatted(column));
    }
  }

  private static Dataset<Row> read(SparkSession spark, String path, String option, String value) {
    return spark.read().format("knit").option(option, value).load(path);
  }
}
