package dev.knit.spark;

import dev.knit.hnsw.CellLinks;
import dev.knit.hnsw.CellLists;
import dev.knit.hnsw.GraphSlice;
import dev.knit.table.CellNodes;
import dev.knit.table.GraphFile;
import dev.knit.table.GraphOrigin;
import dev.knit.table.GraphPart;
import dev.knit.table.GraphRange;
import dev.knit.table.SegmentGraph;
import dev.knit.table.TaskFile;
import java.io.IOException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/** Links a cell with those that have edges to it, and writes its part of the graph. */
record LinkTask(BuildTask build, Broadcast<CellLayout> layout, List<TaskFile> joints)
    implements Function2<Integer, Iterator<Tuple2<Long, CellMessage>>, Iterator<LinkTask.Done>> {

  /** What was done, with the costs of the steps before. */
  record Done(int cell, GraphPart part, CellMessage.Costs costs, long distanceComputations)
      implements Serializable {}

  @Override
  public Iterator<Done> call(Integer cell, Iterator<Tuple2<Long, CellMessage>> messages)
      throws IOException {
    if (layout.value().cell(cell) == null) {
      return List.<Done>of().iterator();
    }
    build.endIfGivenUp();
    return List.of(link(cell, new CellInbox(messages))).iterator();
  }

  private Done link(int cell, CellInbox inbox) throws IOException {
    CellLayout all = layout.value();
    CellStore store = new CellStore(build, all);
    SegmentGraph subgraph = store.graph(cell);
    int m = subgraph.graph().m();
    CellLists lists =
        new CellLists(
            new int[2 * m * subgraph.graph().size()], new float[2 * m * subgraph.graph().size()]);
    CellLinks links = new CellLinks(m, all.base(cell), lists);
    int received = 0;
    for (CellMessage next = inbox.next(); next != null; next = inbox.next()) {
      if (next instanceof CellMessage.Lists own) {
        received += own.lists().lists().length;
        int at = own.first() * 2 * m;
        int length = own.lists().lists().length;
        System.arraycopy(own.lists().lists(), 0, lists.lists(), at, length);
        System.arraycopy(own.lists().lengths(), 0, lists.lengths(), at, length);
      } else if (next instanceof CellMessage.Hits edges) {
        links.add(edges.hits(), all.base(edges.other()));
      }
    }
    if (received != lists.lists().length) {
      throw new IllegalStateException(
          "%d of %d slots of cell %d did not come."
              .formatted(lists.lists().length - received, lists.lists().length, cell));
    }
    CellNodes.Joint joint =
        CellNodes.joint(
            build.table().io(),
            build.table().path(),
            joints.get(cell),
            build.draft().schema().dimension());
    links.dependents(joint.slice().dependents());
    int[] foreign = links.foreign();
    float[][] vectors = new float[foreign.length][];
    for (int i = 0; i < joint.dependents().length; i++) {
      vectors[Arrays.binarySearch(foreign, joint.slice().dependents()[i])] = joint.dependents()[i];
    }
    inbox.vectors(foreign, vectors);
    CellLists linked =
        links.link(store.vectors(new int[] {cell}, vectors), foreign, all.cell(cell).root());
    GraphSlice slice = GraphSlice.of(m, subgraph.graph().levels(), linked, joint.slice());
    return new Done(
        cell, write(cell, subgraph, slice), inbox.costs(), links.distanceComputations());
  }

  private GraphPart write(int cell, SegmentGraph subgraph, GraphSlice slice) throws IOException {
    build.endIfGivenUp();
    CellLayout all = layout.value();
    int base = all.base(cell);
    int[] rowNodes = null;
    if (all.sharing()) {
      rowNodes = new int[subgraph.rows()];
      int[] own = subgraph.rowNodes();
      Arrays.setAll(rowNodes, row -> base + (own == null ? row : own[row]));
    }
    GraphOrigin origin = all.origin(build.draft().params(), build.draft().schema().dimension());
    return GraphFile.write(
        build.table().io(),
        build.table().path(),
        build.directory("graph-%05d".formatted(cell)) + "/graph.knit",
        origin,
        all.totals(),
        new GraphRange(base, subgraph.graph().size(), all.firstRow(cell), subgraph.rows()),
        slice,
        rowNodes);
  }
}
