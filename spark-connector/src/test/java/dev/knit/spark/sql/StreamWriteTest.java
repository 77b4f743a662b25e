package dev.knit.spark.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.spark.KnitIndex;
import dev.knit.spark.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams into an index. */
class StreamWriteTest {
  private static final long SEED = Long.getLong("knit.seed", 23);
  private static final int RESTARTS = Integer.getInteger("knit.restarts", 5);

  /** How many rows may still be read before a task fails. */
  private static final AtomicInteger PATIENCE = new AtomicInteger(Integer.MAX_VALUE);

  @TempDir static Path all;
  private static int tests;
  private Path directory;
  private String table;
  private final SparkSession spark = LocalSpark.session();
  private Dataset<Row> rows;

  @BeforeEach
  void table() {
    rows = SqlTables.plain("plain_stream_write", 3000, 5);
    spark.conf().set("spark.sql.catalog.streams", "dev.knit.spark.catalog.KnitCatalog");
    spark.conf().set("spark.sql.catalog.streams.warehouse", all + "/w");
    directory = all.resolve("test" + ++tests);
    table = "streams.t" + tests;
    spark.sql(
        "create table "
            + table
            + " (id bigint not null, v array<float> not null, name string, part int) tblproperties"
            + " ('dimension' = '12')");
    spark.udf().register("knit_fail", (UDF1<Long, Long>) StreamWriteTest::fail, DataTypes.LongType);
    PATIENCE.set(Integer.MAX_VALUE);
  }

  private static Long fail(Long id) {
    if (PATIENCE.decrementAndGet() < 0) {
      throw new IllegalStateException("This attempt was to fail.");
    }
    return id;
  }

  @Test
  void aStreamWritesItsRowsOnceAndGoesOn() throws Exception {
    add("id < 100");
    finish(stream("append").option("checkpointLocation", directory + "/c"));
    add("id between 100 and 199");
    add("id between 200 and 299");
    finish(stream("append").option("checkpointLocation", directory + "/c"));

    assertHolds(rows.filter("id < 300"));
    assertThat(open().snapshot().version()).as("an epoch is a version").isEqualTo(4);
  }

  @Test
  void rowsComeExactlyOnceHoweverOftenAStreamIsRestarted() throws Exception {
    Random random = new Random(SEED);
    int next = 0;
    int committed = 0;
    int failed = 0;
    for (int restart = 0; restart < RESTARTS; restart++) {
      for (int i = random.nextInt(3); i >= 0; i--) {
        add("id between %d and %d".formatted(next, next + 9));
        next += 10;
      }
      long before = open().snapshot().version();
      PATIENCE.set(random.nextBoolean() ? random.nextInt(40) : Integer.MAX_VALUE);
      StreamingQuery query =
          stream("append").option("checkpointLocation", directory + "/c").toTable(table);
      while (query.isActive() && open().snapshot().version() == before) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      TimeUnit.MILLISECONDS.sleep(random.nextInt(400)); // it may be at the next batch by then
      failed += query.exception().isDefined() ? 1 : 0;
      query.stop();
      committed += open().snapshot().version() > before ? 1 : 0;
      if (random.nextBoolean()) {
        forgetLastCommit();
      }
    }
    assertThat(committed + failed).as("seed %d", SEED).isGreaterThanOrEqualTo(RESTARTS);
    assertThat(committed).as("seed %d", SEED).isPositive();
    PATIENCE.set(Integer.MAX_VALUE);
    forgetLastCommit();
    finish(stream("append").option("checkpointLocation", directory + "/c"));

    assertHolds(rows.filter("id < " + next));
    assertThat(open().verify().problems()).as("seed %d", SEED).isEmpty();
  }

  @Test
  void aStreamUpserts() throws Exception {
    add("id < 50");
    finish(upserts());
    rows.filter("id between 40 and 60")
        .selectExpr("id", "v", "'new' as name", "part")
        .coalesce(1)
        .write()
        .mode("append")
        .parquet(directory + "/in");
    finish(upserts());
    forgetLastCommit();
    finish(upserts());

    assertHolds(
        rows.filter("id <= 60").selectExpr("id", "v", "if(id >= 40, 'new', name) as name", "part"));
  }

  @Test
  void aStreamReplacesAllItsRows() throws Exception {
    add("id < 40");
    DataStreamWriter<Row> counts =
        source()
            .groupBy("part")
            .agg(org.apache.spark.sql.functions.expr("first(v) as v"))
            .selectExpr("cast(part as bigint) as id", "v", "'x' as name", "part")
            .writeStream()
            .outputMode("complete")
            .option("checkpointLocation", directory + "/c");
    finish(counts);
    add("id between 40 and 70");
    finish(counts);

    assertThat(spark.table(table).count()).isEqualTo(71);
  }

  @Test
  void aTableThatChangesUnderAStreamStopsIt() throws Exception {
    add("id < 10");
    StreamingQuery query =
        stream("append").option("checkpointLocation", directory + "/c").toTable(table);
    query.processAllAvailable();
    spark.sql("alter table " + table + " add column more int");
    add("id between 10 and 19");

    assertThatThrownBy(query::processAllAvailable)
        .isInstanceOf(StreamingQueryException.class)
        .hasMessageContaining("KNIT_STREAM_TABLE_CHANGED");
    finish(
        stream("append", "cast(null as int) as more")
            .option("checkpointLocation", directory + "/c"));
    assertThat(spark.table(table).count()).isEqualTo(20);
  }

  @Test
  void aTableThatIsDroppedStopsTheStream() throws Exception {
    add("id < 10");
    StreamingQuery query =
        stream("append").option("checkpointLocation", directory + "/c").toTable(table);
    query.processAllAvailable();
    spark.sql("drop table " + table);
    add("id between 10 and 19");

    assertThatThrownBy(query::processAllAvailable)
        .isInstanceOf(StreamingQueryException.class)
        .hasMessageContaining("KNIT_NO_SUCH_INDEX");
  }

  @Test
  void badRowsStopTheStreamAndLeaveNothing() throws Exception {
    add("id < 10");
    finish(stream("append").option("checkpointLocation", directory + "/c"));
    add("id < 10");

    assertThatThrownBy(
            () -> finish(stream("append").option("checkpointLocation", directory + "/c")))
        .hasMessageContaining("is in 'file:");
    assertHolds(rows.filter("id < 10"));
    try (Stream<Path> segments = Files.list(all.resolve("w/t" + tests + "/segments"))) {
      assertThat(segments).hasSize(1);
    }
  }

  private DataStreamWriter<Row> upserts() {
    return source()
        .writeStream()
        .outputMode("update")
        .option("upsert", true)
        .option("checkpointLocation", directory + "/c");
  }

  private DataStreamWriter<Row> stream(String mode, String... more) {
    String[] columns =
        Stream.concat(Stream.of("knit_fail(id) as id", "v", "name", "part"), Stream.of(more))
            .toArray(String[]::new);
    return source().selectExpr(columns).writeStream().outputMode(mode);
  }

  private Dataset<Row> source() {
    return spark
        .readStream()
        .schema(rows.schema())
        .option("maxFilesPerTrigger", 1)
        .parquet(directory + "/in");
  }

  private void add(String which) {
    rows.filter(which).coalesce(1).write().mode("append").parquet(directory + "/in");
  }

  private void finish(DataStreamWriter<Row> writer) throws Exception {
    StreamingQuery query = writer.trigger(Trigger.AvailableNow()).toTable(table);
    assertThat(query.awaitTermination(300_000)).isTrue();
  }

  /** As if the driver had died between the commit to the table and that to the checkpoint. */
  private void forgetLastCommit() throws IOException {
    Path commits = directory.resolve("c/commits");
    if (!Files.exists(commits)) {
      return;
    }
    try (Stream<Path> all = Files.list(commits)) {
      int last =
          all.map(file -> file.getFileName().toString())
              .filter(name -> name.matches("[0-9]+"))
              .mapToInt(Integer::parseInt)
              .max()
              .orElse(-1);
      Files.deleteIfExists(commits.resolve(Integer.toString(last)));
      Files.deleteIfExists(commits.resolve("." + last + ".crc"));
    }
  }

  private void assertHolds(Dataset<Row> expected) {
    assertThat(spark.table(table).count()).as("seed %d", SEED).isEqualTo(expected.count());
    assertThat(new HashSet<>(spark.table(table).collectAsList()))
        .as("seed %d", SEED)
        .isEqualTo(new HashSet<>(expected.collectAsList()));
  }

  private KnitIndex open() {
    return KnitIndex.open(spark, all + "/w/t" + tests);
  }
}
