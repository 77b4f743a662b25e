package dev.knit.spark;

import dev.knit.table.GraphPart;
import dev.knit.table.RowsFile;
import dev.knit.table.SegmentInfo;
import dev.knit.table.TableLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.functions;

/**
 * Makes a segment of a table, by cells ({@link CellSegment}) or so: partition the rows by a hash of
 * the vector, so that equal vectors meet, and order them by id; build a subgraph per partition;
 * merge up to {@value #FAN_IN} of them in a task, in rounds until one is left. Its rows files stay
 * as the first step wrote them.
 */
final class SegmentBuild {
  /** Work grows with the number of pairs in a task, so above this another round costs less. */
  private static final int FAN_IN = 16;

  private final JavaSparkContext context;
  private final BuildTask build;
  private final PhaseLog log;

  SegmentBuild(SparkSession spark, BuildTask build, PhaseLog log) {
    this.context = new JavaSparkContext(Sessions.context(spark));
    this.build = build;
    this.log = log;
  }

  /** Builds and merges, and tells the files that make up the segment. */
  SegmentInfo run(Dataset<Row> source, SourceCheck check, BuildPlan plan, UUID uuid)
      throws Exception {
    SegmentInfo segment = null;
    if (plan.partitioning() == Partitioning.CELLS) {
      segment = new CellSegment(context, build, log).run(source, check, plan.partitions(), uuid);
    }
    return segment == null ? runHashed(source, check.rows(), plan.partitions(), uuid) : segment;
  }

  private SegmentInfo runHashed(Dataset<Row> source, long rows, int partitions, UUID uuid)
      throws Exception {
    List<Subgraph> graphs =
        log.run(
            "subgraphs",
            "building %d subgraphs".formatted(partitions),
            () ->
                Phases.with(
                    context.sc(),
                    KnitIndex.ROWS_PROPERTY,
                    Long.toString(rows),
                    () -> subgraphs(source, partitions)));
    note("subgraphs", graphs);
    do {
      graphs = mergeRound(graphs);
      note("merge", graphs);
    } while (graphs.size() > 1);
    return SegmentInfo.of(uuid, graphs.get(0).rows(), List.of(graphs.get(0).graph()));
  }

  /** Removes what attempts and rounds left that the segment does not refer to. */
  void removeLeftovers(SegmentInfo segment) throws IOException {
    Set<String> kept = new HashSet<>();
    segment.rowsFiles().stream().map(RowsFile::path).forEach(kept::add);
    segment.graphFiles().stream().map(GraphPart::path).forEach(kept::add);
    String root = build.table().path();
    String base = TableLayout.segmentFile(segment.uuid(), "");
    for (String name : build.table().io().list(root + "/" + base)) {
      String directory = base + name;
      if (kept.stream().noneMatch(path -> path.startsWith(directory + "/"))) {
        build.table().io().deleteDirectory(root + "/" + directory);
      }
    }
  }

  private List<Subgraph> subgraphs(Dataset<Row> source, int partitions) {
    String id = source.columns()[0];
    String vector = source.columns()[1];
    Dataset<Row> placed =
        source
            .repartition(partitions, functions.xxhash64(IndexSource.column(vector)))
            .sortWithinPartitions(IndexSource.column(id));
    JavaRDD<InternalRow> rows =
        ((org.apache.spark.sql.classic.Dataset<Row>) placed).queryExecution().toRdd().toJavaRDD();
    return rows.mapPartitionsWithIndex(new SubgraphTask(build), true).collect();
  }

  private List<Subgraph> mergeRound(List<Subgraph> graphs) throws Exception {
    List<List<Subgraph>> groups = groups(graphs);
    MergeTask task = new MergeTask(build, groups.size() == 1);
    return log.run(
        "merge",
        "merging %d subgraphs into %d".formatted(graphs.size(), groups.size()),
        () -> context.parallelize(groups, groups.size()).map(task).collect());
  }

  /** As few groups as there can be, of sizes that differ by one at most. */
  private static List<List<Subgraph>> groups(List<Subgraph> graphs) {
    int count = (graphs.size() + FAN_IN - 1) / FAN_IN;
    List<List<Subgraph>> groups = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int from = (int) ((long) graphs.size() * i / count);
      int to = (int) ((long) graphs.size() * (i + 1) / count);
      groups.add(new ArrayList<>(graphs.subList(from, to)));
    }
    return groups;
  }

  private void note(String phase, List<Subgraph> graphs) {
    for (Subgraph graph : graphs) {
      log.note(phase, graph.distanceComputations(), graph.work(), graph.peakHeapBytes());
    }
  }
}
