package dev.knit.spark;

import dev.knit.hnsw.CellHits;
import dev.knit.hnsw.CellLists;
import dev.knit.hnsw.CellSelection;
import dev.knit.hnsw.HnswGraph;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/**
 * Selects the neighbors of a cell's nodes, and sends the lists on to the cell and the edges that
 * lead to other cells to those, with the vectors that it takes to link them.
 */
record SelectTask(BuildTask build, Broadcast<CellLayout> layout)
    implements Function2<
        Integer, Iterator<Tuple2<Long, CellMessage>>, Iterator<Tuple2<Long, CellMessage>>> {

  @Override
  public Iterator<Tuple2<Long, CellMessage>> call(
      Integer cell, Iterator<Tuple2<Long, CellMessage>> messages) throws IOException {
    CellLayout all = layout.value();
    if (all.cell(cell) == null) {
      return List.<Tuple2<Long, CellMessage>>of().iterator();
    }
    build.endIfGivenUp();
    CellStore store = new CellStore(build, all);
    HnswGraph graph = store.graph(cell).graph();
    CellSelection selection =
        new CellSelection(build.draft().params().hnsw(), all.cells(), graph, all.base(cell));
    CellInbox inbox = new CellInbox(messages);
    for (CellMessage next = inbox.next(); next != null; next = inbox.next()) {
      CellMessage.Hits found = (CellMessage.Hits) next;
      selection.add(found.hits(), all.base(found.other()));
    }
    int[] foreign = selection.foreign();
    float[][] vectors = new float[foreign.length][];
    inbox.vectors(foreign, vectors);
    CellLists lists = selection.select(store.vectors(new int[] {cell}, vectors), foreign);
    CellMail mail = new CellMail();
    CellMessage.Costs before = inbox.costs();
    mail.send(
        cell,
        new CellMessage.Costs(
            before.pairs(),
            new BuildReport.Work(selection.searchDistances(), selection.selectionDistances(), 0, 0),
            before.peakHeapBytes()));
    send(mail, store, cell, lists, graph.m());
    known(mail, cell, lists.foreign(all.base(cell), graph.size()), foreign, vectors);
    return mail.iterator();
  }

  private void send(CellMail mail, CellStore store, int cell, CellLists lists, int m)
      throws IOException {
    CellLayout all = layout.value();
    mail.lists(cell, lists, 2 * m);
    for (int other = 0; other < all.cells(); other++) {
      if (other == cell) {
        continue;
      }
      CellHits edges = lists.edges(2 * m, all.base(other), all.base(other + 1));
      if (edges.size() > 0) {
        mail.hits(other, cell, edges);
        int[] sources = Arrays.stream(edges.nodes()).sorted().distinct().toArray();
        mail.vectors(other, sources, store.vectors(cell, sources), all.base(cell));
      }
    }
  }

  /** The cell will need the vectors of those that are in its lists now. */
  private static void known(CellMail mail, int cell, int[] kept, int[] foreign, float[][] vectors) {
    float[][] own =
        IntStream.of(kept)
            .mapToObj(node -> vectors[Arrays.binarySearch(foreign, node)])
            .toArray(float[][]::new);
    mail.vectors(cell, kept, own, 0);
  }
}
