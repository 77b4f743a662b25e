package dev.knit.hnsw;

import dev.knit.vector.VectorValues;
import java.util.Arrays;

/**
 * What {@link CellBuilder} made.
 *
 * @param graph the graph over all nodes
 * @param vectors the vectors of its nodes
 * @param nodes the node of each input vector; equal vectors share one
 * @param cells how many nodes each cell has; they are numbered on from cell to cell
 * @param costs the work done
 */
public record CellBuild(
    HnswGraph graph, VectorValues vectors, int[] nodes, int[] cells, Costs costs) {
  /**
   * Distance computations by purpose.
   *
   * @param division finding cells, and the cells of vectors
   * @param subgraphs building the subgraphs of cells
   * @param merge merging them
   */
  public record Costs(long division, long subgraphs, MergedGraph.Costs merge) {
    /** All distance computations. */
    public long distanceComputations() {
      return division + subgraphs + merge.distanceComputations();
    }
  }

  static CellBuild empty(int m, VectorValues vectors) {
    Costs none = new Costs(0, 0, new MergedGraph.Costs(0, 0, 0, 0));
    return new CellBuild(HnswGraph.empty(m), vectors, new int[0], new int[0], none);
  }

  /** The same for inputs that {@code inputs} tells the vector of here; null for those here. */
  CellBuild behind(int[] inputs) {
    if (inputs == null) {
      return this;
    }
    int[] behind = Arrays.stream(inputs).map(input -> nodes[input]).toArray();
    return new CellBuild(graph, vectors, behind, cells, costs);
  }
}
