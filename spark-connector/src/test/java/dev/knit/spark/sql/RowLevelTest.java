package dev.knit.spark.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.io.FileIO;
import dev.knit.io.HadoopFileIO;
import dev.knit.spark.KnitIndex;
import dev.knit.spark.LocalSpark;
import dev.knit.table.Snapshot;
import dev.knit.table.TableWriter;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * DELETE, UPDATE and MERGE beside the same statements on a model: a parquet table that is written
 * anew by a query after each.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RowLevelTest {
  private static final long SEED = Long.getLong("knit.seed", 11);
  private static final int STATEMENTS = Integer.getInteger("knit.statements", 12);
  private static final String COLUMNS = "id, v, name, part";
  @TempDir static Path directory;
  private final SparkSession spark = LocalSpark.session();
  private int model;

  @BeforeAll
  void warehouse() {
    spark.conf().set("spark.sql.catalog.rows", "dev.knit.spark.catalog.KnitCatalog");
    spark.conf().set("spark.sql.catalog.rows.warehouse", directory + "/rows");
    SqlTables.plain("plain_rows", 260, 5);
  }

  @BeforeEach
  void table() {
    spark.sql("drop table if exists rows.t");
    spark.sql("create table rows.t as select * from plain_rows where id < 200");
    remodel("select * from plain_rows where id < 200");
  }

  @Test
  void rowsAreDeleted() {
    delete("part % 3 = 0 and name like 'item 1%'");
    delete("id in (select id from plain_rows where part > 90)");
    delete("exists (select 1 from plain_rows p where p.id = t.id and p.part = 7)");
    delete("name is null");
    delete("vector_l2_distance(v, array_repeat(0f, 12)) < 2");
    long version = open().version();
    assertThat(open().operation().kind()).isEqualTo("delete");
    delete("false");
    delete("id = 100000");
    assertThat(open().version()).as("nothing changed").isEqualTo(version);
    delete("true");
    assertThat(spark.table("rows.t").count()).isZero();
  }

  @Test
  void allRowsAreTruncated() {
    spark.sql("truncate table rows.t");
    assertThat(spark.table("rows.t").collectAsList()).isEmpty();
    spark.sql("insert into rows.t select * from plain_rows");
    assertThat(spark.table("rows.t").count()).isEqualTo(260);
    spark.sql("delete from rows.t");
    assertThat(spark.table("rows.t").collectAsList()).isEmpty();
  }

  @Test
  void rowsAreUpdated() {
    update("name = upper(name), part = part + 1000", "part < 20");
    update("v = transform(v, x -> x + 1f)", "id % 10 = 0");
    update("name = null", "id in (select id from plain_rows where part = 5)");
    update("id = id + 1000", "id < 10");
    update("part = default", "id = 1003");
    assertThat(open().operation().kind()).isEqualTo("update");
    assertThat(
            SqlTables.sql(
                "select id from rows.t order by vector_l2_distance(v, (select v from rows.t where id = 110)) limit 1"))
        .hasToString("[[110]]");
  }

  @Test
  void rowsAreMerged() {
    merge(
        "select id, v, 'merged ' || name as name, part from plain_rows where id >= 150",
        "when matched and s.part % 2 = 0 then update set *",
        "when matched and s.part % 5 = 0 then delete",
        "when not matched then insert *");
    merge(
        "select id + 300 as id, v, name, part from plain_rows where id < 5 union all select id, v, name, part from plain_rows where id < 5",
        "when matched then update set t.name = s.name || '!', t.part = s.id",
        "when not matched and s.id <> 301 then insert (id, v, name) values (s.id, s.v, s.name)");
    merge(
        "select * from plain_rows where id between 20 and 220",
        "when not matched by source and t.id < 10 then delete",
        "when not matched by source then update set part = -1");
    assertThat(open().operation().kind()).isEqualTo("merge");
    assertThat(verify()).isEmpty();
  }

  @Test
  void randomStatementsDoTheSameAsOnTheModel() {
    Random random = new Random(SEED);
    for (int i = 0; i < STATEMENTS; i++) {
      String condition = condition(random);
      switch (random.nextInt(3)) {
        case 0 -> delete(condition + " and id % 4 = " + random.nextInt(4));
        case 1 -> update(assignment(random), condition);
        default ->
            merge(
                "select id, v, name || '+' as name, part from plain_rows where id %% 3 = %d"
                    .formatted(random.nextInt(3)),
                "when matched and %s then update set t.name = s.name, t.v = s.v"
                    .formatted(condition.replace("id", "t.id").replace("part", "t.part")),
                "when not matched then insert *");
      }
    }
    assertThat(verify()).as("seed %d", SEED).isEmpty();
  }

  @Test
  void ambiguousAndBadStatementsChangeNothing() {
    long version = open().version();
    assertThatThrownBy(
            () ->
                spark.sql(
                    "merge into rows.t using (select 1L as id, 'a' as name union all select 1L, 'b') s on t.id = s.id when matched then update set name = s.name"))
        .hasStackTraceContaining("MERGE_CARDINALITY_VIOLATION");
    assertThatThrownBy(() -> spark.sql("update rows.t set id = 5 where id < 3"))
        .hasStackTraceContaining("Id 5 stands in more than one row");
    assertThatThrownBy(() -> spark.sql("update rows.t set id = 5 where id = 3"))
        .hasMessageContaining("Id 5 is in '");
    assertThatThrownBy(() -> spark.sql("update rows.t set v = array(1f) where id = 3"))
        .hasStackTraceContaining("has dimension 1, but 12 was expected");
    assertThatThrownBy(() -> spark.sql("update rows.t set v = null where id = 3"))
        .hasStackTraceContaining("NULL");
    assertThatThrownBy(
            () ->
                spark.sql(
                    "merge into rows.t using plain_rows s on t.id = s.id + 1 when not matched then insert *"))
        .hasStackTraceContaining("Id 199 is in '");
    assertThat(open().version()).isEqualTo(version);
  }

  @Test
  void updatesThatCrossAreRefused() throws Exception {
    spark
        .udf()
        .register(
            "knit_interfere", (UDF1<String, String>) RowLevelTest::interfere, DataTypes.StringType);

    assertThatThrownBy(
            () -> spark.sql("update rows.t set name = knit_interfere('mine') where id in (3, 4)"))
        .hasMessageContaining("[KNIT_COMMIT_CONFLICT]")
        .hasMessageContaining("no longer has some of the rows to be changed");
    assertThat(SqlTables.sql("select name from rows.t where id in (3, 4)"))
        .hasToString("[[item 4]]");
  }

  /** Another writer deletes row 3. */
  private static String interfere(String name) throws Exception {
    FileIO io = new HadoopFileIO(new Configuration());
    new TableWriter(io, directory + "/rows/t").delete(List.of(3L), null);
    return name;
  }

  private static String condition(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> "part between %d and 70".formatted(random.nextInt(70));
      case 1 -> "id % 7 = " + random.nextInt(7);
      case 2 -> "(part > %d or id < 40)".formatted(random.nextInt(100));
      default -> "id > " + random.nextInt(200);
    };
  }

  /** Ids are moved by so much that they never meet. */
  private static String assignment(Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> "part = part * 2";
      case 1 -> "name = concat(name, '.'), v = transform(v, x -> x * 0.5f)";
      default -> "id = id + " + (1000 + random.nextLong(1L << 40));
    };
  }

  private void delete(String condition) {
    spark.sql("delete from rows.t where " + condition);
    remodel("select %s from t where not coalesce(%s, false)".formatted(COLUMNS, condition));
  }

  private void update(String assignments, String condition) {
    spark.sql("update rows.t set %s where %s".formatted(assignments, condition));
    List<String> columns = new java.util.ArrayList<>(List.of("id", "v", "name", "part"));
    for (String assignment : assignments.split(", (?=[a-z]+ = )")) {
      String[] sides = assignment.split(" = ", 2);
      String value = sides[1].equals("default") ? "null" : sides[1];
      columns.set(
          columns.indexOf(sides[0]),
          "case when %s then %s else %s end as %s".formatted(condition, value, sides[0], sides[0]));
    }
    remodel("select %s from t".formatted(String.join(", ", columns)));
  }

  /** The model has no MERGE: an outer join, clause by clause, tells what it does. */
  private void merge(String source, String... clauses) {
    spark.sql(
        "merge into rows.t using (%s) s on t.id = s.id %s"
            .formatted(source, String.join(" ", clauses)));
    MergeModel merged = new MergeModel(clauses);
    remodel(merged.sql(source));
  }

  private void remodel(String query) {
    String path = directory + "/model" + model++;
    spark.sql(query).write().parquet(path);
    spark.read().parquet(path).createOrReplaceTempView("t");
    assertThat(new HashSet<>(spark.sql("select " + COLUMNS + " from rows.t").collectAsList()))
        .as("seed %d: %s", SEED, query)
        .isEqualTo(new HashSet<>(spark.sql("select " + COLUMNS + " from t").collectAsList()));
    assertThat(spark.table("rows.t").count()).isEqualTo(spark.table("t").count());
  }

  private Snapshot open() {
    return KnitIndex.open(LocalSpark.session(), directory + "/rows/t").snapshot();
  }

  private List<String> verify() {
    return KnitIndex.open(spark, directory + "/rows/t").verify().problems();
  }
}
