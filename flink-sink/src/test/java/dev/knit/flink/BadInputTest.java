package dev.knit.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Records that do not fit, tables that are not what they were, and jobs side by side. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class BadInputTest {
  private static final ConcurrentLinkedQueue<String> REFUSED = new ConcurrentLinkedQueue<>();

  @RegisterExtension static final MiniClusterExtension CLUSTER = SinkJob.cluster(1, 4);

  @TempDir Path directory;
  private TableAccess table;

  @BeforeEach
  void table() {
    table = TableAccess.of(directory.resolve("table").toString());
  }

  /** Rows of numbers, but of some something that does not fit. */
  private static RowChange change(long number) {
    float[] vector = TestRows.vector(number);
    return switch ((int) number) {
      case 1 -> RowChange.upsert(number, null, "no vector");
      case 2 -> RowChange.upsert(number, new float[3], "short");
      case 3 -> RowChange.upsert(null, vector, "no id");
      case 4 -> RowChange.upsert("four", vector, "wrong id");
      case 5 -> RowChange.upsert(number, vector, 5.0);
      case 6 -> {
        vector[2] = Float.NaN;
        yield RowChange.upsert(number, vector, "not finite");
      }
      case 7 -> RowChange.delete(0);
      default -> RowChange.upsert(number, vector, "row " + number);
    };
  }

  private static final Map<Object, String> FITTING =
      Map.of(8L, "row 8", 9L, "row 9", 10L, "row 10");

  private KnitSinkBuilder<Long> sink() {
    return SinkJob.<Long>sink(table, BadInputTest::change);
  }

  private static StreamExecutionEnvironment environment() {
    Configuration settings = new Configuration();
    settings.set(PipelineOptions.GENERIC_TYPES, false);
    return StreamExecutionEnvironment.getExecutionEnvironment(settings);
  }

  @Test
  void aRecordThatDoesNotFitFailsTheJobAndNothingIsLost() throws Exception {
    StreamExecutionEnvironment env = environment();
    env.fromSequence(0, 10).sinkTo(sink().build());
    assertThatThrownBy(env::execute)
        .hasStackTraceContaining("does not fit '%s'".formatted(table.path()))
        .hasStackTraceContaining("KnitSink.check");
    assertThat(TestRows.of(table)).isEmpty();
  }

  @Test
  void recordsThatDoNotFitGoToASideOutput() throws Exception {
    StreamExecutionEnvironment env = environment();
    KnitSink<Long> sink = sink().build();
    DataStream<Long> numbers = env.fromSequence(0, 10).setParallelism(1);
    OutputTag<Tuple2<Long, String>> invalid =
        new OutputTag<>("invalid", Types.TUPLE(Types.LONG, Types.STRING));
    SingleOutputStreamOperator<Long> fitting = sink.check(numbers, invalid);
    fitting.sinkTo(sink);
    List<Tuple2<Long, String>> refused = new ArrayList<>();
    try (CloseableIterator<Tuple2<Long, String>> side =
        fitting.getSideOutput(invalid).executeAndCollect()) {
      side.forEachRemaining(refused::add);
    }
    assertThat(refused)
        .contains(
            Tuple2.of(1L, "Vector of row 1 is null, but dimension 8 was expected."),
            Tuple2.of(2L, "Vector of row 2 has dimension 3, but 8 was expected."),
            Tuple2.of(3L, "An id of column 'id' is null; give each row an id."))
        .extracting(pair -> pair.f0)
        .containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(TestRows.of(table)).isEqualTo(FITTING);
  }

  @Test
  void recordsThatDoNotFitGoToAHandler() throws Exception {
    REFUSED.clear();
    StreamExecutionEnvironment env = environment();
    env.fromSequence(0, 10)
        .setParallelism(1)
        .sinkTo(
            sink().invalidRecords((record, reason) -> REFUSED.add(record + " " + reason)).build());
    env.execute();
    assertThat(REFUSED).hasSize(6).anyMatch(told -> told.contains("6 java.lang.Illegal"));
    assertThat(TestRows.of(table)).isEqualTo(FITTING);
  }

  @Test
  void aTableThatIsNotThereIsTold() {
    StreamExecutionEnvironment env = environment();
    env.fromSequence(0, 10)
        .sinkTo(KnitSink.<Long>builder().table(table).mapper(BadInputTest::change).build());
    assertThatThrownBy(env::execute)
        .hasStackTraceContaining("is no Knit index: there is no such directory");
  }

  @Test
  void aColumnThatIsNotThereIsTold() {
    StreamExecutionEnvironment env = environment();
    env.fromSequence(0, 10).sinkTo(sink().columns(List.of("price")).build());
    assertThatThrownBy(env::execute)
        .hasStackTraceContaining("has no metadata column 'price'; there are [text].");
  }

  @Test
  void columnsThatAreNotWrittenAreNull() throws Exception {
    StreamExecutionEnvironment env = environment();
    RecordMapper<Long> mapper = number -> RowChange.upsert(number, TestRows.vector(number));
    env.fromSequence(0, 2)
        .sinkTo(
            KnitSink.<Long>builder()
                .table(table)
                .createIfAbsent(TestRows.NUMBERS, TestRows.PARAMS)
                .columns(List.of())
                .mapper(mapper)
                .build());
    env.execute();
    assertThat(TestRows.of(table)).hasSize(3).containsEntry(1L, null);
  }

  @Test
  void aTableThatIsDroppedUnderAJobFailsIt() throws Exception {
    ChangeLog log = new ChangeLog(5, 100);
    KnitSink<Long> sink = SinkJob.<Long>sink(table, log).build();
    JobClient job = SinkJob.of(sink, 1_000_000, 1, 2).withoutRestarts().start();
    while (table.table().newestVersion() < 3) {
      Thread.sleep(10);
    }
    Files.move(directory.resolve("table"), directory.resolve("dropped"));
    table.createIfAbsent(TestRows.NUMBERS, TestRows.PARAMS);
    assertThatThrownBy(() -> job.getJobExecutionResult().get())
        .hasStackTraceContaining(directory.resolve("table").toString());
    assertThat(TestRows.of(table)).isEmpty();
  }

  @Test
  void twoJobsWriteToOneTable() throws Exception {
    KnitSink<Long> even = rows(number -> 2 * number);
    KnitSink<Long> odd = rows(number -> 2 * number + 1);
    JobClient first = SinkJob.of(even, 2000, 5, 1).start();
    JobClient second = SinkJob.of(odd, 2000, 5, 2).start();
    first.getJobExecutionResult().get();
    second.getJobExecutionResult().get();
    assertThat(TestRows.of(table)).hasSize(4000);
    TestRows.assertWhole(table);
  }

  /** Gives the id of each number. */
  private interface Ids extends java.io.Serializable {
    long of(long number);
  }

  private KnitSink<Long> rows(Ids ids) {
    return SinkJob.<Long>sink(
            table,
            number -> RowChange.upsert(ids.of(number), TestRows.vector(number), "row " + number))
        .build();
  }

  @Test
  void whatIsMissingIsToldWhenASinkIsBuilt() {
    assertThatThrownBy(() -> KnitSink.<Long>builder().build())
        .hasMessage("A sink needs a table or a path.");
    assertThatThrownBy(() -> KnitSink.<Long>builder().table(table).build())
        .hasMessage("A sink needs a mapper.");
    assertThatThrownBy(() -> sink().segmentRows(0))
        .hasMessage("segmentRows (0) must be at least 1.");
  }
}
