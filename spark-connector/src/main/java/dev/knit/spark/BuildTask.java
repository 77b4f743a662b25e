package dev.knit.spark;

import dev.knit.hnsw.HnswGraph;
import dev.knit.table.GraphFile;
import dev.knit.table.GraphOrigin;
import dev.knit.table.GraphPart;
import dev.knit.table.RowsFile;
import dev.knit.table.SegmentGraph;
import dev.knit.table.Snapshot;
import dev.knit.table.TableLayout;
import java.io.IOException;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.util.List;
import java.util.UUID;
import java.util.function.IntConsumer;
import org.apache.spark.TaskContext;
import org.apache.spark.util.LongAccumulator;

/**
 * What the tasks of a build have in common. Each attempt of a task writes to a directory of its
 * own, so that repeated and speculative attempts never meet; the driver keeps those whose result it
 * got.
 */
final class BuildTask implements Serializable {
  private static final long serialVersionUID = 1;
  private final TableAccess table;
  private final String draft;
  private final UUID segment;
  private final LongAccumulator progress;
  private transient Snapshot snapshot;

  /**
   * The tasks of one build.
   *
   * @param draft the snapshot to be committed, without its segment
   * @param progress counts rows as they go into graphs
   */
  BuildTask(TableAccess table, Snapshot draft, UUID segment, LongAccumulator progress) {
    this.table = table;
    this.draft = draft.toJson();
    this.segment = segment;
    this.progress = progress;
  }

  /** The segment's directory is named so. */
  UUID segment() {
    return segment;
  }

  TableAccess table() {
    return table;
  }

  Snapshot draft() {
    if (snapshot == null) {
      snapshot = Snapshot.fromJson(draft);
    }
    return snapshot;
  }

  /** A new directory for one attempt, below the table's. */
  String directory(String name) {
    return TableLayout.segmentFile(segment, name + "-" + UUID.randomUUID());
  }

  /** Writes a graph over the rows of {@code files} to a new directory of that name. */
  GraphPart write(String name, HnswGraph graph, int[] rowNodes, List<RowsFile> files)
      throws IOException {
    endIfGivenUp();
    return GraphFile.write(
        table.io(),
        table.path(),
        directory(name) + "/graph.knit",
        GraphOrigin.of(draft().params(), draft().schema().dimension(), files),
        SegmentGraph.of(graph, rowNodes));
  }

  /** Tells how many nodes are in one subgraph. */
  IntConsumer progressOfNodes() {
    int[] inserted = {0};
    return nodes -> {
      advance(nodes - inserted[0]);
      inserted[0] = nodes;
    };
  }

  /** Tells how many rows more are done, and ends the task if Spark has given it up. */
  void advance(int rows) {
    endIfGivenUp();
    progress.add(rows);
  }

  /** Ends the task if Spark has given it up. */
  void endIfGivenUp() {
    TaskContext task = TaskContext.get();
    if (task != null) {
      task.killTaskIfInterrupted();
    }
  }

  /** The most heap this JVM has had in use. */
  static long peakHeap() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .mapToLong(pool -> pool.getPeakUsage().getUsed())
        .sum();
  }
}
