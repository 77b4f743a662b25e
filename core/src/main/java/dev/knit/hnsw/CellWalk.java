package dev.knit.hnsw;

import dev.knit.vector.Distances;
import dev.knit.vector.VectorValues;

/**
 * One thread's searches between cells, and within one, over the graph of level 0. A node starts
 * from the hits of its nearest neighbor that the walk has passed, else from those of the node
 * before it; only the first of a stretch starts at the other cell's entry point.
 */
final class CellWalk implements ReverseEdges.Linker {
  /** Fixed, so that the result does not depend on the number of threads. */
  private static final int STRETCH = 2048;

  private static final int SEEDS = 8;

  private final HnswGraph graph;
  private final CellParams params;
  private final Distances distances;
  private final LayerSearch search;
  private final NeighborSelector selector;
  private final int[] passed; // by node, place in the stretch + 1, or 0
  private final int[] carried = new int[STRETCH * (SEEDS + 1)]; // count, then nodes
  private final WalkSketches sketched; // null where edges are not sketched
  private long jumps;

  /** Walks that search about so many times. */
  CellWalk(HnswGraph graph, VectorValues vectors, CellParams params, int searches) {
    this.graph = graph;
    this.params = params;
    this.distances = vectors.distances();
    this.search = new LayerSearch(graph, distances);
    this.selector = new NeighborSelector(vectors, graph.slots(0));
    this.passed = new int[graph.size()];
    this.sketched = WalkSketches.of(graph, vectors, searches);
  }

  @Override
  public NeighborSelector selector() {
    return selector;
  }

  /** Distances computed while searching. */
  long searchDistances() {
    return distances.computed();
  }

  /** Searches that had no neighbor's hits to start from. */
  long jumps() {
    return jumps;
  }

  /**
   * Searches in another cell for each node of {@code route}.
   *
   * @param entryPoint of the other cell
   * @param known hits that need not be searched for, or null
   */
  void search(Route route, int entryPoint, HitGroups known, CandidateEdges found) {
    for (int first = 0; first < route.size(); first += STRETCH) {
      int end = Math.min(route.size(), first + STRETCH);
      for (int place = first; place < end; place++) {
        search(route, first, place, entryPoint, known);
        keep(route.node(place), place - first, found);
      }
      for (int place = first; place < end; place++) {
        passed[route.node(place)] = 0;
      }
    }
  }

  private void search(Route route, int first, int place, int entryPoint, HitGroups known) {
    int node = route.node(place);
    int ef = route.near(place) ? params.nearEf() : params.farEf();
    distances.fromNode(node);
    search.sketched(sketched == null ? null : sketched.from(node));
    search.start(Math.max(params.hits(), params.jumpEf()));
    if (known != null && known.enter(node, search)) {
      search.run(0, Math.max(1, ef - params.backEf()));
      return;
    }
    int passedNeighbor = passedNeighbor(node);
    if (passedNeighbor > 0) {
      enterCarried(passedNeighbor - 1);
      search.run(0, ef);
      return;
    }
    jumps++;
    if (place > first) {
      enterCarried(place - first - 1);
    } else {
      search.descend(entryPoint, graph.level(entryPoint), 0);
    }
    search.run(0, params.jumpEf());
  }

  private int passedNeighbor(int node) {
    int offset = graph.offset(0, node);
    int[] lists = graph.lists(0);
    for (int slot = offset; slot < offset + graph.slots(0) && lists[slot] >= 0; slot++) {
      if (passed[lists[slot]] > 0) {
        return passed[lists[slot]];
      }
    }
    return 0;
  }

  private void enterCarried(int place) {
    int at = place * (SEEDS + 1);
    for (int i = at + 1; i <= at + carried[at]; i++) {
      search.enter(carried[i]);
    }
  }

  private void keep(int node, int place, CandidateEdges found) {
    Beam beam = search.beam;
    int at = place * (SEEDS + 1);
    carried[at] = Math.min(SEEDS, beam.size());
    for (int rank = 0; rank < carried[at]; rank++) {
      carried[at + 1 + rank] = beam.node(rank);
    }
    passed[node] = place + 1;
    for (int rank = 0; rank < beam.size(); rank++) {
      found.add(node, beam.entry(rank));
    }
  }

  /**
   * Looks around the neighbors of the nodes {@code from … to − 1} for nearer ones, which count for
   * both ends.
   */
  void refine(int from, int to, CandidateEdges found) {
    for (int node = from; node < to; node++) {
      int offset = graph.offset(0, node);
      int degree = graph.degree(0, node);
      distances.fromNode(node);
      search.sketched(sketched == null ? null : sketched.from(node));
      search.start(Math.max(graph.m(), params.ownEf()));
      search.visit(node);
      for (int slot = offset; slot < offset + degree; slot++) {
        search.enter(graph.lists(0)[slot], graph.lengths(0)[slot]);
      }
      search.run(0, params.ownEf());
      int most = graph.m() / 2;
      for (int rank = 0; rank < search.beam.size() && most > 0; rank++) {
        if (!graph.isNeighbor(0, node, search.beam.node(rank))) {
          found.add(node, search.beam.entry(rank));
          found.addBack(found.size() - 1);
          most--;
        }
      }
    }
  }
}
