package dev.knit.spark.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.spark.LocalSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** While a write goes on, others replace what it read, and nothing is too young to be removed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VacuumDuringWriteTest {
  private static final long HELD_UP = 250; // the id at which a write waits

  private static CountDownLatch reached;
  private static CountDownLatch free;

  @TempDir static Path directory;
  private final SparkSession spark = LocalSpark.session();

  @BeforeAll
  void tables() {
    spark.conf().set("spark.sql.catalog.held", "dev.knit.spark.catalog.KnitCatalog");
    spark.conf().set("spark.sql.catalog.held.warehouse", directory + "/held");
    SqlTables.plain("plain_held", 300, 5);
    UDF1<Long, Long> waiting = VacuumDuringWriteTest::waiting;
    spark.udf().register("waiting", waiting, DataTypes.LongType);
  }

  private static Long waiting(Long id) throws InterruptedException {
    if (id == HELD_UP) {
      reached.countDown();
      assertThat(free.await(5, TimeUnit.MINUTES)).isTrue();
    }
    return id;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "insert into T select waiting(id) + 1000, v, name, part from SOURCE",
        "insert into T with ('upsert' = 'true') select waiting(id) + 10, v, name, part from SOURCE",
        "update T set name = 'new' where waiting(id) >= 200",
        "merge into T t using SOURCE s on t.id = s.id and waiting(s.id) > 100 when matched then update set * when not matched and s.id > 400 then insert *",
        "create or replace table T as select waiting(id) as id, v, name, part from SOURCE"
      })
  void aHeldUpWriteFindsAllItNeeds(String statement) throws Exception {
    reached = new CountDownLatch(1);
    free = new CountDownLatch(1);
    spark.sql("drop table if exists held.t");
    spark.sql("create table held.t as select id, v, name, part from plain_held");
    spark.sql("delete from held.t where id < 3");
    String sql = statement.replace("T", "held.t").replace("SOURCE", "plain_held");
    CompletableFuture<Void> write = CompletableFuture.runAsync(() -> spark.sql(sql));
    assertThat(reached.await(5, TimeUnit.MINUTES)).isTrue();

    spark.sql("insert into held.t values (5000, array_repeat(1f, 12), 'other', 1)");
    spark.sql("call held.system.compact(table => 't', all => true)");
    spark.sql("call held.system.expire(table => 't', keep => 1)");
    spark.sql("call held.system.vacuum(table => 't', grace_hours => 0)");
    free.countDown();
    write.get(5, TimeUnit.MINUTES);

    assertThat(SqlTables.sql("call held.system.verify(table => 't')").get(0).getBoolean(1))
        .isTrue();
    long others = sql.startsWith("create") ? 0 : 1;
    assertThat(SqlTables.sql("select id from held.t where name = 'other'")).hasSize((int) others);
    assertThat(SqlTables.sql("select count(*), count(distinct id) from held.t").get(0))
        .satisfies(row -> assertThat(row.getLong(0)).isEqualTo(row.getLong(1)).isGreaterThan(290));
  }

  @ParameterizedTest
  @ValueSource(strings = {"insert into T select id + 2000, v, name, part from SOURCE"})
  void aWriteGivesItsLeaseBack(String statement) throws Exception {
    spark.sql("create table held.given as select id, v, name, part from plain_held");
    spark.sql(statement.replace("T", "held.given").replace("SOURCE", "plain_held"));
    System.gc();

    Path leases = directory.resolve("held/given/_knit/leases");
    for (int attempt = 0; attempt < 100 && count(leases) > 0; attempt++) {
      TimeUnit.MILLISECONDS.sleep(100);
      System.gc();
    }
    assertThat(count(leases)).isZero();
  }

  private static long count(Path directory) throws Exception {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> !file.getFileName().toString().startsWith(".")).count();
    }
  }
}
