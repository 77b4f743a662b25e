package dev.knit.spark;

import dev.knit.hnsw.CellHits;
import dev.knit.hnsw.CellLists;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import scala.Tuple2;

/** Messages to cells, cut so that each fits the buffers of serializers. */
final class CellMail {
  private static final int NUMBERS = 1 << 20;
  private final List<Tuple2<Long, CellMessage>> messages = new ArrayList<>();

  Iterator<Tuple2<Long, CellMessage>> iterator() {
    return messages.iterator();
  }

  void send(int cell, CellMessage message) {
    messages.add(new Tuple2<>(message.key(cell), message));
  }

  void hits(int cell, int other, CellHits hits) {
    for (int from = 0; from < hits.size(); from += NUMBERS) {
      send(cell, new CellMessage.Hits(other, hits.range(from, NUMBERS)));
    }
  }

  void lists(int cell, CellLists lists, int slots) {
    int step = NUMBERS / slots;
    int nodes = lists.lists().length / slots;
    for (int first = 0; first < nodes; first += step) {
      int from = first * slots;
      int to = Math.min(nodes, first + step) * slots;
      send(
          cell,
          new CellMessage.Lists(
              first,
              new CellLists(
                  Arrays.copyOfRange(lists.lists(), from, to),
                  Arrays.copyOfRange(lists.lengths(), from, to))));
    }
  }

  /** Vectors of nodes that are numbered from {@code base} on in the whole graph. */
  void vectors(int cell, int[] nodes, float[][] vectors, int base) {
    int[] global = Arrays.stream(nodes).map(node -> base + node).toArray();
    int step = nodes.length == 0 ? 1 : Math.max(1, NUMBERS / vectors[0].length);
    for (int from = 0; from < nodes.length; from += step) {
      int to = Math.min(nodes.length, from + step);
      send(
          cell,
          new CellMessage.Vectors(
              Arrays.copyOfRange(global, from, to), Arrays.copyOfRange(vectors, from, to)));
    }
  }
}
