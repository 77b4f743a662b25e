package dev.knit.flink.table;

import dev.knit.flink.TableAccess;
import dev.knit.table.SegmentInfo;
import dev.knit.table.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.table.data.RowData;

/**
 * The rows of one version of a table, which is chosen when the job starts. Immutable.
 *
 * @param limit rows that each reader gives at most; −1 for all
 */
record RowsSource(TableAccess table, ReadVersion version, RowShape shape, long limit)
    implements Source<RowData, FileSplit, ScanState> {

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.BOUNDED;
  }

  @Override
  public SplitEnumerator<FileSplit, ScanState> createEnumerator(
      SplitEnumeratorContext<FileSplit> context) throws IOException {
    Snapshot snapshot = version.of(table.table());
    return new SplitHandout(context, table, new ScanState(snapshot.version(), splits(snapshot)));
  }

  private List<FileSplit> splits(Snapshot snapshot) {
    BoundColumns columns = new BoundColumns(table.path(), shape, snapshot);
    List<FileSplit> splits = new ArrayList<>();
    for (int i = 0; i < snapshot.segments().size(); i++) {
      SegmentInfo segment = snapshot.segments().get(i);
      for (int file = 0; file < segment.rowsFiles().size(); file++) {
        if (columns.mayMatch(segment, segment.rowsFiles().get(file))) {
          splits.add(new FileSplit(snapshot.version(), i, file, 0));
        }
      }
    }
    return splits;
  }

  @Override
  public SplitEnumerator<FileSplit, ScanState> restoreEnumerator(
      SplitEnumeratorContext<FileSplit> context, ScanState state) throws IOException {
    return new SplitHandout(context, table, state);
  }

  @Override
  public SourceReader<RowData, FileSplit> createReader(SourceReaderContext context) {
    return new SplitReader(context, this);
  }

  @Override
  public SimpleVersionedSerializer<FileSplit> getSplitSerializer() {
    return new ScanState.OfSplits();
  }

  @Override
  public SimpleVersionedSerializer<ScanState> getEnumeratorCheckpointSerializer() {
    return new ScanState.OfStates();
  }
}
