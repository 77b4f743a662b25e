package dev.knit.spark;

import dev.knit.hnsw.HnswBuilder;
import dev.knit.hnsw.HnswGraph;
import dev.knit.table.RowsFile;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Builds the subgraph of one partition: writes its rows as they come, keeps the vectors that
 * differ, and builds a graph over those on as many threads as the task has cores.
 */
final class SubgraphTask implements Function2<Integer, Iterator<InternalRow>, Iterator<Subgraph>> {
  private static final long serialVersionUID = 1;
  private final BuildTask build;

  SubgraphTask(BuildTask build) {
    this.build = build;
  }

  @Override
  public Iterator<Subgraph> call(Integer partition, Iterator<InternalRow> rows) throws IOException {
    if (!rows.hasNext()) {
      return List.<Subgraph>of().iterator();
    }
    RowLoader loader = new RowLoader(build, (vector, row) -> {});
    RowsFile file =
        loader.write(rows, build.directory("part-%05d".formatted(partition)) + "/rows.arrow");
    HnswBuilder builder =
        new HnswBuilder(
            build.draft().params().hnsw(), TaskContext.get().cpus(), build.progressOfNodes());
    HnswGraph graph = builder.build(loader.vectors(), loader.levels());
    Subgraph subgraph =
        new Subgraph(
            List.of(file),
            build.write(
                "subgraph-%05d".formatted(partition), graph, loader.rowNodes(), List.of(file)),
            builder.distanceComputations(),
            BuildReport.Work.NONE,
            BuildTask.peakHeap());
    return List.of(subgraph).iterator();
  }
}
