package dev.knit.hnsw;

import dev.knit.vector.VectorValues;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Merges the subgraphs of cells into one graph. Most neighbors of a node are in its own cell, so
 * that only nodes near a border look into the cells behind it. Each step is made of tasks that see
 * one or two cells, so that they may as well run on many machines; here they run on threads.
 *
 * <p>Steps, on level 0:
 *
 * <ol>
 *   <li>{@link RoutedNodes} tells which nodes look into which cells.
 *   <li>Each pair of cells between which there are enough of them is a task ({@link CellPair}).
 *   <li>Each node looks around its neighbors in its own cell, which a subgraph that was built with
 *       a narrow beam gains from, and selects among its own neighbors and the nearest of its hits
 *       (Algorithm 4, with early exit and without filling up; {@link CellSelection}).
 *   <li>New edges to other cells get their way back, and each cell is connected ({@link
 *       CellLinks}).
 * </ol>
 *
 * <p>The levels above are built anew from their few nodes, which also get some long edges on level
 * 0, and the roots of cells are joined by a tree ({@link CellUppers}). The result is the same for
 * any number of threads. Searches measure only what sketches of edges, made on the way, do not tell
 * to be too far ({@link WalkSketches}). Routing only to near borders, and to merge only such pairs,
 * is in the way of RNSM with MOS (arXiv:2602.17099); to turn hits round, of HNSW-Merger
 * (doi:10.1145/3786645).
 */
final class CellMerger {
  private final HnswParams params;
  private final VectorValues vectors;
  private final List<HnswGraph> subgraphs;
  private final int[] bases;
  private final int threads;
  private long search;
  private long selection;
  private long jumps;
  private long connection;

  /**
   * A merge of {@code subgraphs}, which have their lengths and the same m.
   *
   * @param params of the graph that they are to become
   * @param vectors those of all nodes, cell after cell
   */
  CellMerger(HnswParams params, VectorValues vectors, List<HnswGraph> subgraphs, int threads) {
    this.params = params;
    this.vectors = vectors;
    this.subgraphs = subgraphs;
    this.bases = GraphCopy.bases(subgraphs);
    this.threads = threads;
  }

  /** Merges; nodes are numbered on from cell to cell. */
  MergedGraph merge(CellRoutes routes) {
    try (Workers<Object> workers = new Workers<>(threads, Object::new)) {
      List<CellSelection> selections = new ArrayList<>();
      for (int cell = 0; cell < cells(); cell++) {
        selections.add(new CellSelection(params, cells(), subgraphs.get(cell), bases[cell]));
      }
      mergePairs(routes(routes), selections, workers);
      CellLists[] lists = new CellLists[cells()];
      workers.run(cells(), (worker, cell) -> lists[cell] = select(cell, selections.get(cell)));
      selections.forEach(this::count);
      HnswGraph graph = link(lists, workers);
      return new MergedGraph(
          graph, vectors, null, new MergedGraph.Costs(search, selection, connection, jumps));
    }
  }

  private void count(CellSelection done) {
    selection += done.searchDistances() + done.selectionDistances();
  }

  private int cells() {
    return subgraphs.size();
  }

  /** By cell, then by the cell that they lead to; null where there are none. */
  private CellRoute[][] routes(CellRoutes all) {
    CellRoute[][] routes = new CellRoute[cells()][cells()];
    for (int cell = 0; cell < cells(); cell++) {
      int own = cell;
      RoutedNodes.of(subgraphs.get(cell), all.of(bases[cell], bases[cell + 1]), vectors.metric())
          .forEach((other, route) -> routes[own][other] = route.to(other));
    }
    return routes;
  }

  private void mergePairs(
      CellRoute[][] routes, List<CellSelection> selections, Workers<Object> workers) {
    for (int first = 0; first < cells(); first++) {
      int from = first;
      int[] seconds =
          IntStream.range(first + 1, cells())
              .filter(second -> pays(routes[from][second], routes[second][from]))
              .toArray();
      CellPair[] pairs = new CellPair[seconds.length];
      workers.run(
          pairs.length,
          (worker, i) ->
              pairs[i] =
                  CellPair.merge(
                      params,
                      cells(),
                      vectors.select(nodes(from, seconds[i])),
                      subgraphs.get(from),
                      subgraphs.get(seconds[i]),
                      routes[from][seconds[i]],
                      routes[seconds[i]][from]));
      for (int i = 0; i < pairs.length; i++) {
        selections.get(from).add(pairs[i].first(), bases[seconds[i]]);
        selections.get(seconds[i]).add(pairs[i].second(), bases[from]);
        search += pairs[i].distanceComputations();
        jumps += pairs[i].jumps();
      }
    }
  }

  private boolean pays(CellRoute forward, CellRoute back) {
    int nodes =
        (forward == null ? 0 : forward.nodes().length) + (back == null ? 0 : back.nodes().length);
    return nodes >= CellRoute.LEAST_NODES;
  }

  private int[] nodes(int first, int second) {
    return IntStream.concat(
            IntStream.range(bases[first], bases[first + 1]),
            IntStream.range(bases[second], bases[second + 1]))
        .toArray();
  }

  private CellLists select(int cell, CellSelection selected) {
    int[] foreign = selected.foreign();
    return selected.select(vectors.select(nodes(cell, foreign)), foreign);
  }

  private int[] nodes(int cell, int[] foreign) {
    return IntStream.concat(IntStream.range(bases[cell], bases[cell + 1]), Arrays.stream(foreign))
        .toArray();
  }

  private HnswGraph link(CellLists[] lists, Workers<Object> workers) {
    int[] roots = GraphCopy.entryPoints(subgraphs);
    int entryPoint = entryPoint(roots);
    CellUppers uppers = uppers(roots, entryPoint);
    connection += uppers.distanceComputations();
    CellLinks[] links = new CellLinks[cells()];
    GraphSlice[] slices = new GraphSlice[cells()];
    workers.run(
        cells(),
        (worker, cell) -> {
          links[cell] = new CellLinks(params.m(), bases[cell], lists[cell]);
          for (int other = 0; other < cells(); other++) {
            if (other != cell) {
              links[cell].add(
                  lists[other].edges(2 * params.m(), bases[cell], bases[cell + 1]), bases[other]);
            }
          }
          slices[cell] = slice(cell, links[cell], uppers.slice(cell), roots[cell] - bases[cell]);
        });
    for (CellLinks link : links) {
      connection += link.distanceComputations();
    }
    return GraphSlice.join(params.m(), slices, entryPoint);
  }

  private GraphSlice slice(int cell, CellLinks links, CellUppers.Slice upper, int root) {
    links.dependents(upper.dependents());
    int[] foreign = links.foreign();
    CellLists linked = links.link(vectors.select(nodes(cell, foreign)), foreign, root);
    return GraphSlice.of(params.m(), subgraphs.get(cell).levels(), linked, upper);
  }

  /** The lowest node of the highest level, which is a root; of a flat graph that in the middle. */
  private int entryPoint(int[] roots) {
    int highest = 0;
    for (int cell = 1; cell < cells(); cell++) {
      if (subgraphs.get(cell).maxLevel() > subgraphs.get(highest).maxLevel()) {
        highest = cell;
      }
    }
    if (subgraphs.get(highest).maxLevel() > 0) {
      return roots[highest];
    }
    Medoid medoid = Medoid.of(vectors.select(roots));
    connection += medoid.distanceComputations();
    return roots[medoid.node()];
  }

  private CellUppers uppers(int[] roots, int entryPoint) {
    int[] nodes = new int[bases[cells()]];
    byte[] levels = new byte[nodes.length];
    int count = 0;
    for (int cell = 0; cell < cells(); cell++) {
      for (int node = 0; node < subgraphs.get(cell).size(); node++) {
        int level = subgraphs.get(cell).level(node);
        if (level > 0 || bases[cell] + node == roots[cell]) {
          levels[count] = (byte) level;
          nodes[count++] = bases[cell] + node;
        }
      }
    }
    int[] upper = Arrays.copyOf(nodes, count);
    return CellUppers.join(
        params,
        bases,
        upper,
        Arrays.copyOf(levels, count),
        vectors.select(upper),
        roots,
        entryPoint,
        threads);
  }
}
