package dev.knit.spark;

import java.util.Arrays;
import java.util.Iterator;
import scala.Tuple2;

/** The messages for one cell, those with vectors behind the others. For one thread. */
final class CellInbox {
  private final Iterator<Tuple2<Long, CellMessage>> messages;
  private CellMessage next;
  private BuildReport.Work pairs = BuildReport.Work.NONE;
  private BuildReport.Work selection = BuildReport.Work.NONE;
  private long peakHeapBytes = BuildTask.peakHeap();

  CellInbox(Iterator<Tuple2<Long, CellMessage>> messages) {
    this.messages = messages;
    advance();
  }

  private void advance() {
    next = messages.hasNext() ? messages.next()._2() : null;
  }

  /** The next message before the vectors, or null. Sums up costs on the way. */
  CellMessage next() {
    while (next instanceof CellMessage.Costs costs) {
      pairs = pairs.plus(costs.pairs());
      selection = selection.plus(costs.selection());
      peakHeapBytes = Math.max(peakHeapBytes, costs.peakHeapBytes());
      advance();
    }
    CellMessage message = next instanceof CellMessage.Vectors ? null : next;
    if (message != null) {
      advance();
    }
    return message;
  }

  /** Costs that messages told, and the heap of this JVM. */
  CellMessage.Costs costs() {
    return new CellMessage.Costs(pairs, selection, Math.max(peakHeapBytes, BuildTask.peakHeap()));
  }

  /**
   * Puts the vectors of {@code nodes}, which rise, beside them.
   *
   * @throws IllegalStateException when one did not come
   */
  void vectors(int[] nodes, float[][] out) {
    for (; next != null; advance()) {
      CellMessage.Vectors some = (CellMessage.Vectors) next;
      for (int i = 0; i < some.nodes().length; i++) {
        int place = Arrays.binarySearch(nodes, some.nodes()[i]);
        if (place >= 0) {
          out[place] = some.vectors()[i];
        }
      }
    }
    for (int i = 0; i < nodes.length; i++) {
      if (out[i] == null) {
        throw new IllegalStateException("The vector of node %d did not come.".formatted(nodes[i]));
      }
    }
  }
}
