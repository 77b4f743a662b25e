package dev.knit.hnsw;

import dev.knit.vector.Metric;
import dev.knit.vector.Projections;
import dev.knit.vector.SketchSpace;
import dev.knit.vector.SketchWriter;
import dev.knit.vector.VectorValues;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Sketches of the edges of level 0 of a graph that is being built, so that searches for neighbors
 * of a new node measure few of the nodes that they pass; see {@link EdgeSketches}. Safe for use by
 * many threads, of which each {@link Lists#update}s nodes of its own while none searches.
 */
final class BuildSketches {
  /** Below, an estimate costs about as much as a distance. */
  static final int LEAST_DIMENSION = 32;

  /**
   * Below, beams reach most nodes anyway: of arXiv abstracts and SIFT descriptors with 32 to 256
   * dimensions 256 take 0.9 to 1.0 of the distances, 1,024 take 0.7 to 0.8, 4,096 take 0.6. Time is
   * only saved where vectors are not in the processor's caches.
   */
  private static final int LEAST_NODES = 512;

  private static final int TASK = 256;

  /** A space that was fitted to so few of the nodes is fitted anew. */
  private static final int REFIT = 4;

  private final HnswGraph graph;
  private final Projections projections;
  private final EdgeSketches edges;
  private final SketchWriter writer;
  private final int fitted; // nodes that the space was fitted to

  private BuildSketches(HnswGraph graph, VectorValues vectors) {
    this.graph = graph;
    SketchSpace space = SketchSpace.betweenNodes(vectors);
    projections = new Projections(space, graph.capacity());
    edges = new EdgeSketches(graph, graph.capacity(), space, false);
    writer = new SketchWriter(projections, graph.slots(0));
    fitted = graph.size();
  }

  /** Those of {@code smaller} for a graph with the same lists and room for more. */
  private BuildSketches(HnswGraph graph, BuildSketches smaller) {
    this.graph = graph;
    projections = smaller.projections.withRoom(graph.capacity());
    edges = smaller.edges.withRoom(graph, graph.capacity());
    writer = new SketchWriter(projections, graph.slots(0));
    fitted = smaller.fitted;
  }

  /** Whether they save more than they cost when {@code added} nodes come to {@code before}. */
  static boolean pay(VectorValues vectors, int before, int added) {
    return vectors.metric() != Metric.L1
        && vectors.dimension() >= LEAST_DIMENSION
        && added >= LEAST_NODES
        && added >= before / 4;
  }

  /** Sketches of the edges that there are in {@code graph}. */
  static BuildSketches of(HnswGraph graph, VectorValues vectors, Workers<?> workers) {
    BuildSketches sketches = new BuildSketches(graph, vectors);
    sketches.add(vectors, 0, graph.size(), workers);
    return sketches;
  }

  /**
   * Sketches for a graph that has grown: these, where its lists stand in the same arrays.
   *
   * @param before how many nodes it had; the others have no edges yet
   */
  BuildSketches grown(HnswGraph larger, VectorValues vectors, int before, Workers<?> workers) {
    boolean same = graph.lists(0) == larger.lists(0);
    if (!same && larger.size() >= (long) REFIT * fitted) {
      return of(larger, vectors, workers);
    }
    BuildSketches sketches = same ? this : new BuildSketches(larger, this);
    sketches.add(vectors, before, larger.size(), workers);
    return sketches;
  }

  /** How much heap they take. */
  long bytes() {
    return projections.bytes() + edges.bytes();
  }

  /** Adds the edges that there are between the nodes {@code from … to − 1}. */
  private void add(VectorValues vectors, int from, int to, Workers<?> workers) {
    int tasks = (to - from + TASK - 1) / TASK;
    VectorValues exact = vectors.exact();
    workers.run(
        tasks,
        (worker, task) ->
            projections.set(exact, from + task * TASK, Math.min(to, from + (task + 1) * TASK)));
    workers.run(
        tasks,
        (worker, task) -> {
          Lists lists = new Lists();
          int first = from + task * TASK;
          for (int node = first; node < Math.min(to, first + TASK); node++) {
            writer.clear(edges.chunk(node), edges.offset(node));
            lists.update(node);
          }
          lists.write();
        });
  }

  /**
   * Sketches for a merge: of the edges of those subgraphs that look into each other; null where
   * none do, or measuring all neighbors is cheaper.
   *
   * @param bases the first node of each subgraph; one more entry ends the last
   */
  static BuildSketches of(
      HnswGraph union,
      VectorValues vectors,
      int[] bases,
      MergePlan plan,
      Workers<CrossWalk> workers) {
    int[] like = IntStream.range(0, bases.length - 1).filter(plan::isLikeAny).toArray();
    int nodes = Arrays.stream(like).map(subgraph -> bases[subgraph + 1] - bases[subgraph]).sum();
    if (nodes < union.size() / 2 || !WalkSketches.pay(vectors, nodes)) {
      return null;
    }
    BuildSketches sketches = new BuildSketches(union, vectors);
    for (int subgraph : like) {
      int from = bases[subgraph];
      int count = bases[subgraph + 1] - from;
      workers.run(count, (walk, i) -> walk.measure(from + i));
      sketches.add(vectors, from, from + count, workers);
    }
    return sketches;
  }

  /** The ends of the edges in the block of {@code node}. */
  List<Integer> ends(int node) {
    int from = edges.offset(node);
    return Arrays.stream(edges.chunk(node), from, from + graph.slots(0))
        .filter(end -> end >= 0)
        .boxed()
        .toList();
  }

  /** The lists for one thread. Changes are written in groups, so that waits for memory overlap. */
  final class Lists {
    private static final int GROUP = 64;

    private final int slots = graph.slots(0);
    private final SketchedLists near = new SketchedLists(graph, edges);
    private final boolean[] kept = new boolean[slots];
    private final int[] nodes = new int[GROUP + slots]; // of edges that are to be written
    private final int[] edgeSlots = new int[GROUP + slots];
    private final int[] columns = new int[GROUP + slots];
    private int count;

    /** Keeps reads ahead from being optimized away. */
    @SuppressWarnings("UnusedVariable")
    private int touched;

    /** The lists less what is far from {@code node}. */
    SketchedLists from(int node) {
      near.start(projections, node);
      return near;
    }

    /**
     * Brings the block of {@code node} to what its list is now, at the latest by {@link #write}.
     */
    void update(int node) {
      int first = count;
      findAdded(node);
      int next = first;
      int[] block = edges.chunk(node);
      int ends = edges.offset(node);
      for (int column = 0; column < slots; column++) {
        if (!kept[column] && next < count) {
          columns[next++] = column;
        } else if (!kept[column] && block[ends + column] >= 0) {
          writer.clear(block, ends, column);
        }
      }
      if (count >= GROUP) {
        write();
      }
    }

    /** Notes edges that the block lacks, and which of its columns are still wanted. */
    private void findAdded(int node) {
      Arrays.fill(kept, false);
      int list = graph.offset(0, node);
      for (int slot = list; slot < list + slots; slot++) {
        int neighbor = graph.lists(0)[slot];
        if (neighbor < 0) {
          break;
        }
        int column = column(node, neighbor);
        if (column < 0) {
          nodes[count] = node;
          edgeSlots[count++] = slot;
        } else {
          kept[column] = true;
        }
      }
    }

    private int column(int node, int neighbor) {
      int[] block = edges.chunk(node);
      int ends = edges.offset(node);
      for (int column = 0; column < slots; column++) {
        if (block[ends + column] == neighbor) {
          return column;
        }
      }
      return -1;
    }

    /** Writes what was updated. */
    void write() {
      int sum = 0;
      for (int i = 0; i < count; i++) {
        sum += projections.touch(graph.lists(0)[edgeSlots[i]]) + near.read(nodes[i]);
      }
      touched = sum;
      for (int i = 0; i < count; i++) {
        int slot = edgeSlots[i];
        float key = graph.lengths(0)[slot];
        edges.edge(nodes[i], graph.lists(0)[slot], key, writer, columns[i]);
      }
      count = 0;
    }
  }
}
