package dev.knit.spark.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.spark.KnitIndex;
import dev.knit.spark.LocalSpark;
import dev.knit.spark.TestTables;
import dev.knit.vector.Metric;
import java.nio.file.Path;
import java.util.HashSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.ExplainMode;
import org.apache.spark.sql.execution.streaming.runtime.StreamingQueryWrapper;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NearestByStreamTest {
  @TempDir Path directory;

  /** In one step, and in groups of segments. */
  @ParameterizedTest
  @ValueSource(strings = {"1g", "1k"})
  void eachBatchOfAStreamSeesTheNewestVersion(String memory) throws Exception {
    LocalSpark.session().conf().set("spark.knit.join.memory", memory);
    try {
      joinBatches(memory.equals("1k"));
    } finally {
      LocalSpark.session().conf().unset("spark.knit.join.memory");
    }
  }

  private void joinBatches(boolean grouped) throws Exception {
    SparkSession spark = LocalSpark.session();
    Dataset<Row> rows = SqlTables.plain("plain_stream", 400, 9);
    KnitIndex index =
        SqlTables.indexed(rows.where("id < 250"), "streamed", Metric.L2, directory)
            .append(rows.where("id >= 250"));
    Dataset<Row> queries = TestTables.queries(40, SqlTables.DIMENSION, 9);
    String path = directory.resolve("queries").toString();
    queries.limit(20).coalesce(1).write().parquet(path);
    Dataset<Row> stream = spark.readStream().schema(queries.schema()).parquet(path);
    Dataset<Row> joined =
        stream
            .nearestByJoin(
                spark.table("knit.`" + index.path() + "`"),
                functions.expr("vector_l2_distance(v, qv)"),
                3,
                "exact",
                "distance")
            .select("q", "id");

    assertThat(run(joined).contains("KnitSearchGroups")).isEqualTo(grouped);
    assertThat(spark.read().parquet(directory + "/joined").count()).isEqualTo(60);
    index.delete("part < 50");
    queries.filter("q >= 20").coalesce(1).write().mode("append").parquet(path);
    run(joined);

    assertThat(found("q < 20")).isEqualTo(expected("q < 20", "true"));
    assertThat(found("q >= 20")).isEqualTo(expected("q >= 20", "part >= 50"));
  }

  private String run(Dataset<Row> joined) throws Exception {
    StreamingQuery query =
        joined
            .writeStream()
            .format("parquet")
            .option("path", directory + "/joined")
            .option("checkpointLocation", directory + "/checkpoint")
            .trigger(Trigger.AvailableNow())
            .start();
    assertThat(query.awaitTermination(120_000)).isTrue();
    return ((StreamingQueryWrapper) query)
        .streamingQuery()
        .lastExecution()
        .explainString(ExplainMode.fromString("simple"));
  }

  private HashSet<Row> found(String which) {
    return new HashSet<>(
        LocalSpark.session().read().parquet(directory + "/joined").filter(which).collectAsList());
  }

  private HashSet<Row> expected(String queries, String rows) {
    TestTables.queries(40, SqlTables.DIMENSION, 9).createOrReplaceTempView("stream_queries");
    return new HashSet<>(
        SqlTables.sql(
            "select q, id from (select * from stream_queries where %s) join (select * from plain_stream where %s) exact nearest 3 by distance vector_l2_distance(v, qv)",
            queries, rows));
  }
}
