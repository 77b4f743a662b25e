package dev.knit.spark;

import dev.knit.hnsw.CellHits;
import dev.knit.hnsw.CellPair;
import dev.knit.vector.VectorValues;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/** Searches between two cells, and sends each its hits and the vectors of what was hit. */
record PairTask(BuildTask build, Broadcast<CellLayout> layout)
    implements PairFlatMapFunction<Integer[], Long, CellMessage> {

  @Override
  public Iterator<Tuple2<Long, CellMessage>> call(Integer[] pair) throws IOException {
    build.endIfGivenUp();
    int first = pair[0];
    int second = pair[1];
    CellStore store = new CellStore(build, layout.value());
    VectorValues vectors = store.vectors(new int[] {first, second}, new float[0][]);
    CellPair found =
        CellPair.merge(
            build.draft().params().hnsw(),
            layout.value().cells(),
            vectors,
            store.graph(first).graph(),
            store.graph(second).graph(),
            store.route(first, second),
            store.route(second, first));
    CellMail mail = new CellMail();
    send(mail, store, first, second, found.first());
    send(mail, store, second, first, found.second());
    BuildReport.Work work = new BuildReport.Work(found.distanceComputations(), 0, 0, found.jumps());
    mail.send(first, new CellMessage.Costs(work, BuildReport.Work.NONE, BuildTask.peakHeap()));
    return mail.iterator();
  }

  private void send(CellMail mail, CellStore store, int cell, int other, CellHits hits)
      throws IOException {
    mail.hits(cell, other, hits);
    int[] nodes = Arrays.stream(hits.hits()).sorted().distinct().toArray();
    mail.vectors(cell, nodes, store.vectors(other, nodes), layout.value().base(other));
  }
}
