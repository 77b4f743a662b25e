package dev.knit.spark;

import dev.knit.hnsw.CellHits;
import dev.knit.hnsw.CellLists;
import java.io.Serializable;
import org.apache.spark.Partitioner;

/** What one task of a merge tells the task of a cell. */
sealed interface CellMessage extends Serializable {

  /** Hits of the cell's nodes in another, or edges from another to the cell's nodes. */
  record Hits(int other, CellHits hits) implements CellMessage {}

  /**
   * Lists of the cell's nodes from {@code first} on.
   *
   * @param first numbered within the cell
   */
  record Lists(int first, CellLists lists) implements CellMessage {}

  /** What was done on the way to the cell, and the heap it took. */
  record Costs(BuildReport.Work pairs, BuildReport.Work selection, long peakHeapBytes)
      implements CellMessage {}

  /** Vectors of nodes of other cells, numbered over the whole graph, rising. */
  record Vectors(int[] nodes, float[][] vectors) implements CellMessage {}

  /** Orders the messages for a cell: vectors come when it is known which are needed. */
  private int order() {
    return this instanceof Vectors ? 1 : 0;
  }

  /** The key under which a message goes to a cell. */
  default long key(int cell) {
    return ((long) cell << 1) + order();
  }

  /** Sends messages to the partition of their cell. */
  final class ByCell extends Partitioner {
    private static final long serialVersionUID = 1;
    private final int cells;

    ByCell(int cells) {
      this.cells = cells;
    }

    @Override
    public int numPartitions() {
      return cells;
    }

    @Override
    public int getPartition(Object key) {
      return (int) ((Long) key >> 1);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ByCell same && same.cells == cells;
    }

    @Override
    public int hashCode() {
      return cells;
    }
  }
}
