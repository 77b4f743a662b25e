package dev.knit.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamingJoinTest {
  @TempDir Path directory;

  @Test
  void aStreamIsJoinedBatchByBatch() throws Exception {
    SparkSession spark = LocalSpark.session();
    KnitIndex index =
        KnitIndex.build(TestTables.items(500, 8, 3), IndexSpec.of("id", "v"), directory + "/index");
    Dataset<Row> queries = TestTables.queries(60, 8, 3);
    queries.repartition(2).write().parquet(directory + "/queries");
    Dataset<Row> stream =
        spark
            .readStream()
            .schema(queries.schema())
            .option("maxFilesPerTrigger", 1)
            .parquet(directory + "/queries");

    Dataset<Row> joined = index.knnJoin(stream, "qv", KnnOptions.of(4).filter("part < 50"));
    assertThat(joined.isStreaming()).isTrue();
    StreamingQuery query =
        joined
            .writeStream()
            .format("memory")
            .queryName("joined_stream")
            .option("checkpointLocation", directory + "/checkpoint")
            .trigger(Trigger.AvailableNow())
            .start();
    assertThat(query.awaitTermination(60_000)).isTrue();

    assertThat(query.recentProgress()).hasSizeGreaterThanOrEqualTo(2);
    assertThat(spark.table("joined_stream").count()).isEqualTo(240);
    assertThat(KnnJoinTest.pairs(spark.table("joined_stream")))
        .isEqualTo(
            KnnJoinTest.pairs(index.knnJoin(queries, "qv", KnnOptions.of(4).filter("part < 50"))));
  }
}
