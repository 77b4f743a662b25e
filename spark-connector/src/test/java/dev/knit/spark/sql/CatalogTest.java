package dev.knit.spark.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.knit.spark.KnitException;
import dev.knit.spark.KnitIndex;
import dev.knit.spark.LocalSpark;
import dev.knit.table.Snapshot;
import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
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

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CatalogTest {
  @TempDir static Path directory;
  private final SparkSession spark = LocalSpark.session();
  private Dataset<Row> rows;

  @BeforeAll
  void warehouse() {
    spark.conf().set("spark.sql.catalog.store", "dev.knit.spark.catalog.KnitCatalog");
    spark.conf().set("spark.sql.catalog.store.warehouse", directory + "/store");
    rows = SqlTables.plain("plain_catalog", 300, 5);
    spark.sql("create namespace store.db");
  }

  @Test
  void aTableIsMadeFilledAndDropped() {
    spark.sql(
        "create table store.db.made (name string, v array<float>, id bigint not null, part int) using knit tblproperties ('dimension' = '12', 'metric' = 'cosine', 'm' = '8', 'ef_construction' = '50', 'quantization' = 'none')");
    Snapshot empty = open("made").snapshot();

    assertThat(empty.params().metric()).isEqualTo(Metric.COSINE);
    assertThat(empty.params().m()).isEqualTo(8);
    assertThat(empty.params().efConstruction()).isEqualTo(50);
    assertThat(empty.params().quantization()).isEqualTo(Quantization.NONE);
    assertThat(spark.table("store.db.made").collectAsList()).isEmpty();
    assertThat(
            SqlTables.sql(
                "select id from store.db.made order by vector_cosine_similarity(v, array_repeat(1f, 12)) desc limit 3"))
        .isEmpty();
    spark.sql("insert into store.db.made by name select * from plain_catalog");
    assertHolds("made", rows);
    spark.sql("drop table store.db.made");
    assertThat(directory.resolve("store/db/made/_knit")).doesNotExist();
    assertThatThrownBy(() -> spark.sql("select * from store.db.made"))
        .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
    assertThatThrownBy(() -> spark.sql("drop table store.db.made"))
        .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
    spark.sql("drop table if exists store.db.made");
  }

  @Test
  void aTableIsRenamed() throws Exception {
    spark.sql("create namespace store.other");
    spark.sql("create table store.db.before as select id, v, name, part from plain_catalog");
    spark.sql("delete from store.db.before where part < 20");
    spark.sql("create table store.db.taken as select id, v from plain_catalog");
    Dataset<Row> left = rows.where("part >= 20");

    spark.sql("alter table store.db.before rename to db.after");
    assertHolds("after", left);
    assertThat(SqlTables.sql("select count(*) from store.db.after version as of 1").get(0))
        .hasToString("[300]");
    spark.sql("insert into store.db.after values (1000, array_repeat(1f, 12), 'x', 1)");
    spark.sql("alter table store.db.after rename to other.moved");
    assertThat(SqlTables.sql("select count(*) from store.other.moved").get(0))
        .hasToString("[%d]".formatted(left.count() + 1));
    assertThat(open("taken").history()).hasSize(1);

    assertThatThrownBy(() -> spark.sql("alter table store.db.after rename to db.again"))
        .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
    assertThatThrownBy(() -> spark.sql("alter table store.other.moved rename to db.taken"))
        .hasMessageContaining("TABLE_OR_VIEW_ALREADY_EXISTS");
    assertThatThrownBy(() -> spark.sql("alter table store.db.taken rename to none.x"))
        .hasMessageContaining("There is no namespace 'none' for table 'x'.");
  }

  @Test
  void aTableIsMadeOfAQuery() throws Exception {
    spark.sql(
        "create table store.db.ctas using knit tblproperties ('metric' = 'inner_product', 'id' = 'key') as select part, id as key, cast(v as array<double>) as v, name from plain_catalog");
    KnitIndex made = open("ctas");

    assertThat(made.snapshot().version()).isEqualTo(1);
    assertThat(made.snapshot().segments().get(0).graphFiles()).isNotEmpty();
    assertThat(made.snapshot().params().maxNorm()).isPositive();
    assertThat(spark.table("store.db.ctas").schema().simpleString())
        .isEqualTo("struct<key:bigint,v:array<float>,part:int,name:string>");
    assertHolds("ctas", rows.selectExpr("id as key", "v", "part", "name"));
    assertThat(made.verify().problems()).isEmpty();
    assertThat(segments("ctas")).hasSize(1);
    assertThatThrownBy(() -> spark.sql("create table store.db.ctas as select * from plain_catalog"))
        .hasMessageContaining("TABLE_OR_VIEW_ALREADY_EXISTS");
    spark.sql("create table if not exists store.db.ctas as select * from plain_catalog");
    assertThat(open("ctas").snapshot().version()).isEqualTo(1);
  }

  @Test
  void aTableIsReplacedByAQuery() throws Exception {
    spark.sql("create table store.db.rtas as select * from plain_catalog where id < 100");
    spark.sql(
        "replace table store.db.rtas tblproperties ('metric' = 'cosine') as select id, v, upper(name) as label from store.db.rtas where id < 50");

    assertThat(open("rtas").snapshot().version()).isEqualTo(2);
    assertHolds("rtas", rows.filter("id < 50").selectExpr("id", "v", "upper(name) as label"));
    rows.filter("id < 20").writeTo("store.db.rtas").using("knit").createOrReplace();
    assertHolds("rtas", rows.filter("id < 20"));
    spark.sql(
        "replace table store.db.rtas (id string not null, w array<float>) tblproperties ('dimension' = '3')");
    assertThat(spark.table("store.db.rtas").count()).isZero();
    assertThat(spark.table("store.db.rtas").schema().simpleString())
        .isEqualTo("struct<id:string,w:array<float>>");
    assertThatThrownBy(
            () -> spark.sql("replace table store.db.none as select * from plain_catalog"))
        .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
  }

  @Test
  void aQueryThatFailsLeavesWhatWasThere() throws Exception {
    spark.sql("create table store.db.kept as select * from plain_catalog where id < 30");
    String failing =
        "%s as select id, if(id = 17, transform(v, x -> float('NaN')), v) as v from plain_catalog";

    assertThatThrownBy(() -> spark.sql(failing.formatted("replace table store.db.kept")))
        .hasMessageContaining("KNIT_INVALID_INPUT");
    assertThatThrownBy(() -> spark.sql(failing.formatted("create table store.db.failed")))
        .hasMessageContaining("Vector of row 17 has NaN at position 0");
    assertThatThrownBy(
            () ->
                spark.sql(
                    "create table store.db.failed as select id, slice(v, 1, cast(id % 2 + 1 as int)) as v from plain_catalog"))
        .hasMessageContaining("dimension");
    assertHolds("kept", rows.filter("id < 30"));
    assertThat(segments("kept")).hasSize(1);
    assertThat(SqlTables.sql("show tables in store.db like 'failed'")).isEmpty();
    spark.sql("create table store.db.failed as select * from plain_catalog where id < 5");
    assertHolds("failed", rows.filter("id < 5"));
  }

  @Test
  void metadataColumnsAreAddedDroppedAndRenamed() {
    spark.sql("create table store.db.altered as select * from plain_catalog where id < 10");
    spark.sql("alter table store.db.altered add columns (more decimal(9,2), tags array<string>)");
    spark.sql("alter table store.db.altered rename column name to title");
    spark.sql("alter table store.db.altered drop column part");
    spark.sql(
        "insert into store.db.altered select id, v, name, 1.25, array('a') from plain_catalog where id = 20");

    assertHolds(
        "altered",
        rows.filter("id < 10 or id = 20")
            .selectExpr(
                "id",
                "v",
                "name as title",
                "if(id = 20, 1.25, null) as more",
                "if(id = 20, array('a'), null) as tags"));
    for (String change :
        List.of(
            "drop column v",
            "rename column id to key",
            "alter column title type binary",
            "set tblproperties ('metric' = 'l1')")) {
      Throwable failure = catchThrowable(() -> spark.sql("alter table store.db.altered " + change));
      assertThat(failure).as(change).isInstanceOf(SparkThrowable.class);
    }
    assertThat(open("altered").snapshot().version()).isEqualTo(6);
  }

  @Test
  void namespacesAreMadeShownAndDropped() {
    spark.sql("create namespace store.a comment 'all of them'");
    spark.sql("create namespace store.a.b");
    spark.sql("create table store.a.b.docs as select * from plain_catalog where id < 3");

    assertThat(SqlTables.sql("show namespaces in store").toString())
        .contains("[a]")
        .contains("[db]");
    assertThat(SqlTables.sql("show namespaces in store.a").toString()).isEqualTo("[[a.b]]");
    assertThat(SqlTables.sql("show tables in store.a.b").toString())
        .isEqualTo("[[a.b,docs,false]]");
    assertThat(SqlTables.sql("show tables in store.a")).isEmpty();
    assertThat(SqlTables.sql("describe namespace store.a").toString()).contains("all of them");
    spark.sql("alter namespace store.a set properties ('kind' = 'x', 'comment' = 'changed')");
    assertThat(SqlTables.sql("describe namespace extended store.a").toString()).contains("changed");
    spark.sql("use store.a.b");
    try {
      assertThat(SqlTables.sql("select id from docs")).hasSize(3);
    } finally {
      spark.sql("use spark_catalog.default");
    }
    assertThatThrownBy(() -> spark.sql("create namespace store.a"))
        .hasMessageContaining("SCHEMA_ALREADY_EXISTS");
    assertThatThrownBy(() -> spark.sql("drop namespace store.a"))
        .hasMessageContaining("SCHEMA_NOT_EMPTY");
    spark.sql("drop namespace store.a cascade");
    assertThatThrownBy(() -> SqlTables.sql("show tables in store.a"))
        .hasMessageContaining("SCHEMA_NOT_FOUND");
    assertThatThrownBy(() -> spark.sql("create table store.a.docs as select * from plain_catalog"))
        .hasMessageContaining("SCHEMA_NOT_FOUND");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "(id bigint, v array<float>) | needs the dimension of its vectors",
        "(id bigint, v array<float>) tblproperties ('dimension'='x') | dimension ('x') must be a whole number",
        "(id bigint, v array<float>) tblproperties ('dimension'='3','metric'='inner_product') | ('max_norm' = '1.0')",
        "(id bigint, v array<float>) tblproperties ('dimension'='3','metric'='warp') | Metric 'warp' is unknown",
        "(id bigint, v array<float>) tblproperties ('dimension'='3','colour'='red') | no property 'colour'; they have [dimension,",
        "(id bigint, v array<float>) tblproperties ('dimension'='3','m'='0') | m ",
        "(id bigint, v array<float>, w array<float>) tblproperties ('dimension'='3') | v and w are of type ARRAY<FLOAT>",
        "(id bigint, v string) tblproperties ('dimension'='3') | none is of type ARRAY<FLOAT>",
        "(key bigint, v array<float>) tblproperties ('dimension'='3') | There is no column 'id'",
        "(id double, v array<float>) tblproperties ('dimension'='3') | an id is an INT, BIGINT or STRING",
        "(id bigint, v array<float>, _rank int) tblproperties ('dimension'='3') | has a name that Knit uses itself",
        "(id bigint, v array<float>, p interval day) tblproperties ('dimension'='3') | which an index cannot hold",
        "(id bigint, v array<float>) partitioned by (id) tblproperties ('dimension'='3') | PARTITIONED BY is not supported",
        "(id bigint, v array<float>) using parquet tblproperties ('dimension'='3') | USING parquet is not supported",
        "(id bigint, v array<float>) location '/tmp/x' tblproperties ('dimension'='3') | LOCATION is not supported"
      })
  void tablesThatCannotBeAreRefused(String definition, String message) {
    assertThatThrownBy(() -> spark.sql("create table store.db.bad " + definition))
        .isInstanceOf(KnitException.class)
        .hasMessageContaining(message);
    assertThat(directory.resolve("store/db/bad")).doesNotExist();
  }

  @Test
  void namesThatAreNoDirectoriesAreRefused() {
    for (String name : List.of("`_x`", "`.x`")) {
      assertThatThrownBy(() -> spark.sql("create namespace store." + name))
          .hasMessageContaining("is no name for a namespace or table");
    }
  }

  @Test
  void aDataFrameIsSavedAsANewIndex() {
    String path = directory + "/saved";
    rows.write().format("knit").option("metric", "cosine").option("m", 8).save(path);
    KnitIndex made = KnitIndex.open(spark, path);

    assertThat(made.snapshot().params().metric()).isEqualTo(Metric.COSINE);
    assertThat(new HashSet<>(SqlTables.load(path).collectAsList()))
        .isEqualTo(new HashSet<>(rows.collectAsList()));
    assertThatThrownBy(() -> rows.write().format("knit").save(path))
        .hasMessageContaining("UNSUPPORTED_DATA_SOURCE_SAVE_MODE");
    rows.limit(3).write().format("knit").mode("overwrite").save(directory + "/saved2");
    assertThat(SqlTables.load(directory + "/saved2").count()).isEqualTo(3);
    assertThatThrownBy(
            () -> rows.write().format("knit").option("colour", "red").save(directory + "/saved3"))
        .hasMessageContaining("no property 'colour'");
  }

  @Test
  void twoCatalogsOnOneWarehouseSeeTheSame() {
    spark.conf().set("spark.sql.catalog.other", "dev.knit.spark.catalog.KnitCatalog");
    spark.conf().set("spark.sql.catalog.other.warehouse", directory + "/store");
    spark.sql("create table store.db.shared as select * from plain_catalog where id < 20");
    Dataset<Row> seen = spark.table("other.db.shared");

    assertThat(seen.count()).isEqualTo(20);
    spark.sql("insert into store.db.shared select * from plain_catalog where id = 20");
    spark.sql("insert into other.db.shared select * from plain_catalog where id = 21");
    assertThat(spark.table("other.db.shared").count()).isEqualTo(22);
    assertThat(seen.select("id").collectAsList()).hasSize(22);
    assertThatThrownBy(
            () ->
                spark.sql("insert into other.db.shared select * from plain_catalog where id = 20"))
        .hasMessageContaining("Id 20 is in '");
    spark.sql("drop table other.db.shared");
    assertThatThrownBy(() -> spark.sql("select * from store.db.shared"))
        .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
    assertThatThrownBy(() -> seen.select("id").collectAsList()).isInstanceOf(SparkThrowable.class);
  }

  private KnitIndex open(String table) {
    return KnitIndex.open(spark, directory + "/store/db/" + table);
  }

  private List<Path> segments(String table) throws IOException {
    try (Stream<Path> segments = Files.list(directory.resolve("store/db/" + table + "/segments"))) {
      return segments.toList();
    }
  }

  private void assertHolds(String table, Dataset<Row> expected) {
    Dataset<Row> found = spark.table("store.db." + table);
    assertThat(found.count()).isEqualTo(expected.count());
    assertThat(new HashSet<>(found.select(columns(expected)).collectAsList()))
        .isEqualTo(new HashSet<>(expected.collectAsList()));
  }

  private static org.apache.spark.sql.Column[] columns(Dataset<Row> of) {
    return Stream.of(of.columns())
        .map(org.apache.spark.sql.functions::col)
        .toArray(org.apache.spark.sql.Column[]::new);
  }
}
