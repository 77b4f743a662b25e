package dev.knit.flink.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.flink.TableAccess;
import dev.knit.vector.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.util.UserCodeClassLoader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reader that fails and goes on from its state. */
class SplitReaderTest {
  @TempDir Path directory;
  private final List<Long> ids = new ArrayList<>();
  private Docs docs;
  private RowsSource source;

  @BeforeEach
  void make() throws Exception {
    docs = Docs.make(directory.resolve("docs"), Metric.L2, 40, 30);
    docs.delete(3L, 50L);
    RowType row =
        (RowType)
            DataTypes.ROW(
                    DataTypes.FIELD("id", DataTypes.BIGINT()),
                    DataTypes.FIELD("embedding", DataTypes.ARRAY(DataTypes.FLOAT())))
                .getLogicalType();
    RowShape shape =
        RowShape.all(TableColumns.of(row, null))
            .where(
                new Condition.Compare(
                    Comparison.AT_LEAST,
                    Domain.WHOLE,
                    new Operand.Of(0),
                    new Operand.Value(2L, 2L)));
    TableAccess table = ClientHadoop.table(docs.path, new Configuration());
    source = new RowsSource(table, ReadVersion.NEWEST, shape, -1);
  }

  private List<FileSplit> splits() throws IOException {
    long version = docs.snapshot().version();
    return List.of(new FileSplit(version, 0, 0, 0), new FileSplit(version, 1, 0, 0));
  }

  private static List<Long> expected() {
    return LongStream.range(2, 70).filter(id -> id != 3 && id != 50).boxed().toList();
  }

  /** After each number of rows in turn, with the state as it is stored in between. */
  @Test
  void everyRowIsGivenOnceHoweverItIsInterrupted() throws Exception {
    ScanState.OfSplits serializer = new ScanState.OfSplits();
    for (int failure = 0; failure < 68; failure++) {
      ids.clear();
      List<FileSplit> state = read(splits(), failure);
      List<FileSplit> restored = new ArrayList<>();
      for (FileSplit split : state) {
        restored.add(serializer.deserialize(1, serializer.serialize(split)));
      }
      docs.append(1_000 + failure, 1); // versions go on; the scan does not
      read(restored, Integer.MAX_VALUE);
      assertThat(ids).as("after %d rows", failure).containsExactlyInAnyOrderElementsOf(expected());
    }
  }

  /** Reads up to so many rows and returns the state of then. */
  private List<FileSplit> read(List<FileSplit> splits, int rows) throws IOException {
    SplitReader reader = new SplitReader(new Context(), source);
    try {
      reader.addSplits(splits);
      reader.notifyNoMoreSplits();
      reader.start();
      for (int row = 0; row < rows; row++) {
        if (reader.pollNext(new Output()) == InputStatus.END_OF_INPUT) {
          return List.of();
        }
      }
      return reader.snapshotState(1);
    } finally {
      reader.close();
    }
  }

  @Test
  void statesAreStored() throws Exception {
    ScanState state = new ScanState(7, splits());
    ScanState.OfStates serializer = new ScanState.OfStates();

    assertThat(serializer.deserialize(1, serializer.serialize(state))).isEqualTo(state);
    assertThatThrownBy(() -> serializer.deserialize(2, new byte[0]))
        .hasMessageContaining("has format 2, but this Knit knows format 1 only");
  }

  private final class Output implements ReaderOutput<RowData> {
    @Override
    public void collect(RowData row) {
      ids.add(row.getLong(0));
    }

    @Override
    public void collect(RowData row, long timestamp) {
      collect(row);
    }

    @Override
    public void emitWatermark(Watermark watermark) {}

    @Override
    public void markIdle() {}

    @Override
    public void markActive() {}

    @Override
    public SourceOutput<RowData> createOutputForSplit(String split) {
      return this;
    }

    @Override
    public void releaseOutputForSplit(String split) {}
  }

  private static final class Context implements SourceReaderContext {
    @Override
    public SourceReaderMetricGroup metricGroup() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Configuration getConfiguration() {
      return new Configuration();
    }

    @Override
    public String getLocalHostName() {
      return "localhost";
    }

    @Override
    public int getIndexOfSubtask() {
      return 0;
    }

    @Override
    public void sendSplitRequest() {}

    @Override
    public void sendSourceEventToCoordinator(SourceEvent event) {}

    @Override
    public UserCodeClassLoader getUserCodeClassLoader() {
      throw new UnsupportedOperationException();
    }
  }
}
