package dev.knit.spark;

import dev.knit.hnsw.CellUppers;
import dev.knit.table.CellNodes;
import dev.knit.table.CellVectors;
import dev.knit.table.IndexParams;
import dev.knit.table.TaskFile;
import dev.knit.vector.VectorValues;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;

/**
 * Builds the levels ≥ 1 from the nodes that all cells have on them, one in m, and joins the roots
 * of cells. The only task that hears of all cells.
 */
record UpperTask(BuildTask build, Broadcast<CellLayout> layout)
    implements Function<Integer, UpperTask.Done> {

  /**
   * What was done.
   *
   * @param joints by cell, null for one without rows
   */
  record Done(List<TaskFile> joints, long distanceComputations, long peakHeapBytes)
      implements Serializable {}

  @Override
  public Done call(Integer ignored) throws IOException {
    CellLayout all = layout.value();
    IndexParams params = build.draft().params();
    int dimension = build.draft().schema().dimension();
    List<CellNodes.Upper> uppers = new ArrayList<>();
    int count = 0;
    for (Cell cell : all.built()) {
      CellNodes.Upper upper =
          CellNodes.upper(build.table().io(), build.table().path(), cell.upper(), dimension);
      uppers.add(upper);
      count += upper.nodes().length;
    }
    int[] nodes = new int[count];
    byte[] levels = new byte[count];
    VectorValues vectors = collect(uppers, nodes, levels, dimension);
    CellUppers joined =
        CellUppers.join(
            params.hnsw(),
            all.bases(),
            nodes,
            levels,
            vectors,
            all.roots(),
            all.totals().entryPoint(),
            threads());
    List<TaskFile> files = write(joined, uppers, nodes);
    return new Done(files, joined.distanceComputations(), BuildTask.peakHeap());
  }

  private VectorValues collect(
      List<CellNodes.Upper> uppers, int[] nodes, byte[] levels, int dimension) throws IOException {
    try (CellVectors.Reader reader =
        new CellVectors.Reader(build.draft().params(), dimension, nodes.length)) {
      int at = 0;
      for (int i = 0; i < uppers.size(); i++) {
        CellNodes.Upper upper = uppers.get(i);
        int base = layout.value().base(layout.value().built().get(i).number());
        for (int j = 0; j < upper.nodes().length; j++) {
          levels[at] = upper.levels()[j];
          nodes[at++] = base + upper.nodes()[j];
          reader.add(upper.vectors()[j]);
        }
      }
      return reader.build();
    }
  }

  /** It runs alone, so on all cores of its executor. */
  static int threads() {
    int cores = Runtime.getRuntime().availableProcessors();
    int own = TaskContext.get().cpus();
    return Math.max(own, SparkEnv.get().conf().getInt("spark.executor.cores", cores));
  }

  private List<TaskFile> write(CellUppers joined, List<CellNodes.Upper> uppers, int[] nodes)
      throws IOException {
    String directory = build.directory("upper");
    TaskFile[] files = new TaskFile[layout.value().cells()];
    float[][] vectors =
        uppers.stream().flatMap(upper -> Arrays.stream(upper.vectors())).toArray(float[][]::new);
    for (Cell cell : layout.value().built()) {
      build.endIfGivenUp();
      CellUppers.Slice slice = joined.slice(cell.number());
      float[][] dependents =
          Arrays.stream(slice.dependents())
              .mapToObj(root -> vectors[Arrays.binarySearch(nodes, root)])
              .toArray(float[][]::new);
      files[cell.number()] =
          CellNodes.write(
              build.table().io(),
              build.table().path(),
              directory + "/%05d".formatted(cell.number()),
              new CellNodes.Joint(slice, dependents));
    }
    return new ArrayList<>(Arrays.asList(files));
  }
}
