package dev.knit.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Streams whose records are changes themselves, in jobs that may not use Kryo. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RowChangeStreamTest {
  @RegisterExtension static final MiniClusterExtension CLUSTER = SinkJob.cluster(1, 4);

  @TempDir Path directory;
  private TableAccess table;
  private StreamExecutionEnvironment env;

  @BeforeEach
  void table() {
    table = TableAccess.of(directory.resolve("table").toString());
    Configuration settings = new Configuration();
    settings.set(PipelineOptions.GENERIC_TYPES, false);
    settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(50));
    settings.set(CheckpointingOptions.ENABLE_UNALIGNED, true);
    env = StreamExecutionEnvironment.getExecutionEnvironment(settings);
  }

  private KnitSink<RowChange> sink() {
    return SinkJob.<RowChange>sink(table, change -> change).build();
  }

  /** From one task to several, and from those to writers. */
  @Test
  void changesTravelBetweenTasks() throws Exception {
    ChangeLog log = new ChangeLog(11, 100);
    env.fromSequence(0, 2999)
        .setParallelism(1)
        .map(new SlowNumbers(20))
        .setParallelism(1)
        .map(log::map)
        .setParallelism(1)
        .sinkTo(sink())
        .setParallelism(2);
    env.execute();
    assertThat(TestRows.of(table)).isEqualTo(log.rows(3000));
  }

  @Test
  void upsertsAndDeletesAreOneType() throws Exception {
    DataStream<RowChange> changes =
        env.fromData(
            RowChange.upsert(1L, TestRows.vector(1), "one"),
            RowChange.upsert(2L, TestRows.vector(2), "two"),
            RowChange.delete(1L));
    changes.sinkTo(sink());
    env.execute();
    assertThat(TestRows.of(table)).isEqualTo(Map.of(2L, "two"));
  }

  /** Gives upserts only, as its type says. */
  private static final class ToUpsert implements MapFunction<Long, RowChange.Upsert> {
    private static final long serialVersionUID = 1;

    @Override
    public RowChange.Upsert map(Long number) {
      return new RowChange.Upsert(number, TestRows.vector(number), new Object[] {"row " + number});
    }
  }

  @Test
  void streamsOfUpsertsNeedNoKryoEither() throws Exception {
    KnitSink<RowChange.Upsert> sink =
        SinkJob.<RowChange.Upsert>sink(table, change -> change).build();
    env.fromSequence(0, 9).map(new ToUpsert()).rebalance().sinkTo(sink);
    env.execute();
    assertThat(TestRows.of(table)).hasSize(10);
  }

  @Test
  void typesAreFound() {
    assertThat(TypeInformation.of(RowChange.class))
        .isEqualTo(TypeInformation.of(RowChange.Upsert.class))
        .isEqualTo(TypeInformation.of(RowChange.Delete.class))
        .isInstanceOf(RowChangeTypeInfo.class);
  }
}
