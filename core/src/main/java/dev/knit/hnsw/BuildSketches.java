package dev.knit.hnsw;

import dev.knit.vector.Metric;
import dev.knit.vector.Projections;
import dev.knit.vector.SketchSpace;
import dev.knit.vector.SketchWriter;
import dev.knit.vector.VectorValues;
import java.util.Arrays;
import java.util.List;

/**
 * Sketches of the edges of level 0 of a graph that is being built, so that searches for neighbors
 * of a new node measure few of the nodes that they pass; see {@link EdgeSketches}. Safe for use by
 * many threads, of which each {@link Lists#update}s nodes of its own while none searches.
 */
final class BuildSketches {
  /** Below, estimates say too little. */
  private static final int LEAST_DIMENSION = 32;

  /** Below, beams reach most nodes anyway. */
  private static final int LEAST_NODES = 4096;

  private static final int TASK = 256;

  private final HnswGraph graph;
  private final Projections projections;
  private final EdgeSketches edges;
  private final SketchWriter writer;

  private BuildSketches(HnswGraph graph, VectorValues vectors) {
    this.graph = graph;
    SketchSpace space = SketchSpace.betweenNodes(vectors);
    projections = new Projections(space, graph.size());
    edges = new EdgeSketches(graph, space, false);
    writer = new SketchWriter(projections, graph.slots(0));
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
    int tasks = (graph.size() + TASK - 1) / TASK;
    workers.run(
        tasks,
        (worker, task) ->
            sketches.projections.set(
                vectors.exact(), task * TASK, Math.min(graph.size(), (task + 1) * TASK)));
    workers.run(
        tasks,
        (worker, task) -> {
          Lists lists = sketches.new Lists();
          for (int node = task * TASK; node < Math.min(graph.size(), (task + 1) * TASK); node++) {
            sketches.writer.clear(sketches.edges.chunk(node), sketches.edges.offset(node));
            lists.update(node);
          }
          lists.write();
        });
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
