package dev.knit.spark;

import dev.knit.hnsw.GraphMerger;
import dev.knit.hnsw.HnswGraph;
import dev.knit.hnsw.MergedGraph;
import dev.knit.table.GraphFile;
import dev.knit.table.GraphPart;
import dev.knit.table.IndexParams;
import dev.knit.table.RowsFile;
import dev.knit.table.RowsReader;
import dev.knit.table.SegmentGraph;
import dev.knit.vector.FlatVectors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;

/**
 * Merges some subgraphs into one over all their rows. Has all of them in memory, and works on the
 * cores of its executor that no other merge of the round needs.
 */
final class MergeTask implements Function<List<Subgraph>, Subgraph> {
  private static final long serialVersionUID = 1;
  private final BuildTask build;
  private final boolean last;

  /**
   * The merges of one round.
   *
   * @param last whether there is only one, which makes the graph that is searched
   */
  MergeTask(BuildTask build, boolean last) {
    this.build = build;
    this.last = last;
  }

  @Override
  public Subgraph call(List<Subgraph> subgraphs) throws IOException {
    IndexParams params = build.draft().params();
    FlatVectors.Builder vectors =
        FlatVectors.builder(
                params.metric(),
                build.draft().schema().dimension(),
                subgraphs.stream().mapToInt(part -> part.graph().nodes()).sum())
            .maxNorm(params.maxNorm());
    List<RowsFile> rows = new ArrayList<>();
    List<SegmentGraph> graphs = new ArrayList<>();
    for (Subgraph part : subgraphs) {
      SegmentGraph graph =
          GraphFile.read(
              build.table().io(),
              build.table().path(),
              List.of(part.graph()),
              params,
              build.draft().schema().dimension());
      load(part.rows(), graph, vectors);
      rows.addAll(part.rows());
      graphs.add(graph);
    }
    MergedGraph merged =
        new GraphMerger(threads(), level -> build.advance(0))
            .merge(
                params.quantization().apply(vectors.build()),
                graphs.stream().map(SegmentGraph::graph).toList());
    HnswGraph graph = last ? merged.graph().withoutLengths() : merged.graph();
    GraphPart written = build.write("graph", graph, rowNodes(graphs, merged.nodes()), rows);
    MergedGraph.Costs costs = merged.costs();
    BuildReport.Work work =
        new BuildReport.Work(costs.search(), costs.selection(), costs.connection(), costs.jumps());
    return new Subgraph(rows, written, costs.distanceComputations(), work, BuildTask.peakHeap());
  }

  private int threads() {
    int cores = Runtime.getRuntime().availableProcessors();
    int own = TaskContext.get().cpus();
    return last ? Math.max(own, SparkEnv.get().conf().getInt("spark.executor.cores", cores)) : own;
  }

  /** Adds the vector of each node, that of its first row. */
  private void load(List<RowsFile> files, SegmentGraph graph, FlatVectors.Builder vectors)
      throws IOException {
    int base = vectors.size();
    int[] row = {0};
    for (RowsFile file : files) {
      RowsReader.vectors(
          build.table().io(),
          build.table().path(),
          file,
          build.draft().schema(),
          (inFile, vector) -> {
            int node = graph.rowNodes() == null ? row[0] : graph.rowNodes()[row[0]];
            row[0]++;
            if (base + node == vectors.size()) {
              vectors.add(vector);
            }
          });
    }
  }

  /** The merged node of each row, or null when row i is node i. */
  private static int[] rowNodes(List<SegmentGraph> graphs, int[] merged) {
    boolean same = merged == null && graphs.stream().allMatch(graph -> graph.rowNodes() == null);
    if (same) {
      return null;
    }
    int[] nodes = new int[graphs.stream().mapToInt(SegmentGraph::rows).sum()];
    int next = 0;
    int base = 0;
    for (SegmentGraph graph : graphs) {
      for (int row = 0; row < graph.rows(); row++) {
        int node = base + (graph.rowNodes() == null ? row : graph.rowNodes()[row]);
        nodes[next++] = merged == null ? node : merged[node];
      }
      base += graph.graph().size();
    }
    return nodes;
  }
}
