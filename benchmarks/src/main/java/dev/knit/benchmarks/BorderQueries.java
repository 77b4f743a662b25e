package dev.knit.benchmarks;

import dev.knit.hnsw.CellBuild;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Queries whose true neighbors are spread over cells, as they are near borders. */
final class BorderQueries {
  private static final int SHARE = 20;

  private BorderQueries() {}

  /** The twentieth of the queries that have most true neighbors outside of their main cell. */
  static int[] of(DataSet data, CellBuild build) {
    int[] cells = cells(build);
    return IntStream.range(0, data.queries().length)
        .boxed()
        .sorted(
            Comparator.comparingInt((Integer q) -> mainCell(data.truth()[q], build, cells))
                .thenComparing(q -> q))
        .limit(data.queries().length / SHARE)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** How many of the neighbors are in the cell that has most of them. */
  private static int mainCell(int[] neighbors, CellBuild build, int[] cells) {
    int[] counts = new int[build.cells().length];
    int most = 0;
    for (int row : neighbors) {
      most = Math.max(most, ++counts[cells[build.nodes()[row]]]);
    }
    return most;
  }

  private static int[] cells(CellBuild build) {
    int[] cells = new int[build.graph().size()];
    for (int cell = 0, node = 0; cell < build.cells().length; cell++) {
      for (int i = 0; i < build.cells()[cell]; i++) {
        cells[node++] = cell;
      }
    }
    return cells;
  }
}
