package dev.knit.flink.table;

import dev.knit.flink.TableAccess;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;

/** Gives files to readers that ask, and keeps the files of the version as long as it is open. */
final class SplitHandout implements SplitEnumerator<FileSplit, ScanState> {
  private final SplitEnumeratorContext<FileSplit> context;
  private final long version;
  private final Deque<FileSplit> left;
  private final HeldVersion held;

  SplitHandout(SplitEnumeratorContext<FileSplit> context, TableAccess table, ScanState state)
      throws IOException {
    this.context = context;
    this.version = state.version();
    this.left = new ArrayDeque<>(state.left());
    this.held = HeldVersion.of(table, version);
  }

  @Override
  public void start() {
    // waits for requests
  }

  @Override
  public void handleSplitRequest(int reader, String host) {
    if (!context.registeredReaders().containsKey(reader)) {
      return; // it failed meanwhile
    }
    FileSplit next = left.poll();
    if (next == null) {
      context.signalNoMoreSplits(reader);
    } else {
      context.assignSplit(next, reader);
    }
  }

  @Override
  public void addSplitsBack(List<FileSplit> splits, int reader) {
    left.addAll(splits);
  }

  @Override
  public void addReader(int reader) {
    // it will ask
  }

  @Override
  public ScanState snapshotState(long checkpoint) {
    return new ScanState(version, new ArrayList<>(left));
  }

  @Override
  public void close() {
    held.close();
  }
}
