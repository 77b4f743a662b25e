package dev.knit.flink.table;

import dev.knit.table.RowsIterator;
import dev.knit.table.SegmentInfo;
import dev.knit.table.Snapshot;
import dev.knit.table.StoredRows;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.table.data.RowData;

/** Reads files one after another, each from its start, past the rows that were given before. */
final class SplitReader implements SourceReader<RowData, FileSplit> {
  private final SourceReaderContext context;
  private final RowsSource source;
  private final Deque<FileSplit> waiting = new ArrayDeque<>();
  private CompletableFuture<Void> available = new CompletableFuture<>();
  private boolean noMore;
  private long emitted;
  private Snapshot snapshot;
  private BoundColumns columns;
  private FileSplit split;
  private StoredRows rows;
  private long given;

  SplitReader(SourceReaderContext context, RowsSource source) {
    this.context = context;
    this.source = source;
  }

  @Override
  public void start() {
    if (waiting.isEmpty()) {
      context.sendSplitRequest();
    }
  }

  @Override
  public InputStatus pollNext(ReaderOutput<RowData> output) throws IOException {
    if (source.limit() >= 0 && emitted >= source.limit()) {
      return InputStatus.END_OF_INPUT;
    }
    while (rows != null || open()) {
      while (rows.hasNext()) {
        RowsIterator.Row row = rows.next();
        given++;
        if (columns.matches(row)) {
          emitted++;
          output.collect(columns.row(row, segment().uuid()));
          return InputStatus.MORE_AVAILABLE;
        }
      }
      closeFile();
      if (waiting.isEmpty()) {
        context.sendSplitRequest();
      }
    }
    return noMore ? InputStatus.END_OF_INPUT : InputStatus.NOTHING_AVAILABLE;
  }

  /** Opens the next file; false when none is waiting. */
  private boolean open() throws IOException {
    split = waiting.poll();
    if (split == null) {
      if (!noMore && available.isDone()) {
        available = new CompletableFuture<>();
      }
      return false;
    }
    if (snapshot == null) {
      snapshot = source.table().table().snapshot(split.version());
      columns = new BoundColumns(source.table().path(), source.shape(), snapshot);
    }
    rows =
        new StoredRows(
            source.table().io(),
            source.table().path(),
            snapshot,
            segment(),
            split.file(),
            columns.read());
    for (given = 0; given < split.given() && rows.hasNext(); given++) {
      rows.next();
    }
    return true;
  }

  private SegmentInfo segment() {
    return snapshot.segments().get(split.segment());
  }

  private void closeFile() {
    if (rows != null) {
      rows.close();
      rows = null;
    }
  }

  @Override
  public List<FileSplit> snapshotState(long checkpoint) {
    List<FileSplit> state = new ArrayList<>(waiting);
    if (rows != null) {
      state.add(new FileSplit(split.version(), split.segment(), split.file(), given));
    }
    return state;
  }

  @Override
  public CompletableFuture<Void> isAvailable() {
    return available;
  }

  @Override
  public void addSplits(List<FileSplit> splits) {
    waiting.addAll(splits);
    available.complete(null);
  }

  @Override
  public void notifyNoMoreSplits() {
    noMore = true;
    available.complete(null);
  }

  @Override
  public void close() {
    closeFile();
  }
}
