package dev.knit.spark.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.spark.KnitException;
import dev.knit.spark.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.connector.write.LogicalWriteInfoImpl;
import org.apache.spark.sql.connector.write.Write;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.sql.connector.write.streaming.StreamingWrite;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attempts of tasks as Spark repeats, gives up and commits them. */
class AttemptsTest {
  @TempDir Path directory;
  private final SparkSession spark = LocalSpark.session();
  private String path;

  @BeforeEach
  void table() {
    path = directory + "/t";
    spark.sql(
        "create table knit.`%s` (id bigint, v array<float>, name string) tblproperties ('dimension' = '2')"
            .formatted(path));
  }

  @Test
  void ofSeveralAttemptsOneIsTaken() throws Exception {
    BatchWrite write = write().toBatch();
    DataWriterFactory writers = write.createBatchWriterFactory(() -> 2);
    WriterCommitMessage first = attempt(writers.createWriter(0, 1), 1, 2, 3).commit();
    WriterCommitMessage repeated = attempt(writers.createWriter(0, 2), 1, 2, 3).commit();
    attempt(writers.createWriter(1, 3), 4).abort();
    WriterCommitMessage other = attempt(writers.createWriter(1, 4), 4, 5).commit();
    attempt(writers.createWriter(1, 5), 4, 5).close(); // its executor is lost

    write.commit(new WriterCommitMessage[] {repeated, other});

    assertThat(first).isNotEqualTo(repeated);
    assertThat(SqlTables.load(path).count()).isEqualTo(5);
    assertThat(files()).as("two of rows, two of ids").isEqualTo(4);
  }

  @Test
  void whatIsAbortedLeavesNothing() throws Exception {
    BatchWrite write = write().toBatch();
    DataWriterFactory writers = write.createBatchWriterFactory(() -> 2);
    WriterCommitMessage first = attempt(writers.createWriter(0, 1), 1, 2, 3).commit();
    attempt(writers.createWriter(1, 2), 4).close();

    write.abort(new WriterCommitMessage[] {first, null});

    assertThat(SqlTables.load(path).count()).isZero();
    assertThat(files()).isZero();
  }

  @Test
  void anEpochIsMadeOnceHoweverOftenItIsOffered() throws Exception {
    offer(7, 1, 2);
    offer(7, 1, 2);
    offer(8, 3);
    offer(7, 1, 2);

    assertThat(SqlTables.load(path).count()).isEqualTo(3);
    assertThat(files()).as("of two versions").isEqualTo(4);
    assertThatThrownBy(() -> offer(3, 9))
        .isInstanceOf(KnitException.class)
        .hasMessageContaining("it was restored from an old state");
    assertThat(files()).isEqualTo(4);
  }

  private void offer(long epoch, long... ids) throws IOException {
    StreamingWrite write = write().toStreaming();
    DataWriter<InternalRow> writer =
        write.createStreamingWriterFactory(() -> 1).createWriter(0, 1, epoch);
    write.commit(epoch, new WriterCommitMessage[] {attempt(writer, ids).commit()});
  }

  private Write write() {
    KnitTable table = KnitTable.load(spark, path, ReadOptions.NEWEST);
    return table
        .newWriteBuilder(
            new LogicalWriteInfoImpl(
                "query",
                SqlTables.load(path).schema(),
                new CaseInsensitiveStringMap(Map.of()),
                Optional.empty(),
                Optional.empty()))
        .build();
  }

  private static DataWriter<InternalRow> attempt(DataWriter<InternalRow> writer, long... ids)
      throws IOException {
    for (long id : ids) {
      writer.write(
          new GenericInternalRow(
              new Object[] {
                id,
                UnsafeArrayData.fromPrimitiveArray(new float[] {id, 1}),
                UTF8String.fromString("row " + id)
              }));
    }
    return writer;
  }

  private long files() throws IOException {
    Path segments = directory.resolve("t/segments");
    if (!Files.exists(segments)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(segments)) {
      return files.filter(Files::isRegularFile).count();
    }
  }
}
