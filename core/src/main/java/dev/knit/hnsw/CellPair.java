package dev.knit.hnsw;

import dev.knit.vector.VectorValues;
import java.util.List;

/**
 * What two cells find in each other: a step of merging them that needs no other cell.
 *
 * @param first hits of the first cell's nodes in the second
 * @param second hits of the second cell's nodes in the first
 * @param distanceComputations what it took
 * @param jumps searches that had nothing to start from
 */
public record CellPair(CellHits first, CellHits second, long distanceComputations, long jumps) {

  /**
   * Searches in both directions; for one thread.
   *
   * @param params of the graph that all cells are to become, of which there are {@code cells}
   * @param vectors those of the first cell's nodes, then of the second's
   * @param first with its lengths, as {@code second}
   * @param fromFirst the first's nodes that look into the second, or null for none
   * @param fromSecond the second's that look into the first, or null
   * @throws IllegalArgumentException when the graphs differ in m, were stored without lengths, or
   *     do not fit the vectors
   */
  public static CellPair merge(
      HnswParams params,
      int cells,
      VectorValues vectors,
      HnswGraph first,
      HnswGraph second,
      CellRoute fromFirst,
      CellRoute fromSecond) {
    CellParams work = CellParams.of(params, cells);
    int base = first.size();
    Route forward = fromFirst == null ? new Route() : Route.of(fromFirst, 0);
    Route back = fromSecond == null ? new Route() : Route.of(fromSecond, base);
    PairWalk pair = new PairWalk(vectors, List.of(first, second), work, forward, back);
    CandidateEdges found = pair.run();
    return new CellPair(
        CellHits.of(found, 0, base, base),
        CellHits.of(found, base, base + second.size(), 0),
        pair.walk().searchDistances(),
        pair.walk().jumps());
  }
}
