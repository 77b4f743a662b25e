package dev.knit.hnsw;

import dev.knit.vector.VectorValues;
import java.util.BitSet;

/**
 * A graph that grows in place while others search it. One thread at a time writes; each change
 * makes a new {@link #view}, which any number of threads may search without locks.
 *
 * <p>Steps of an insertion, as in {@link HnswBuilder}:
 *
 * <ol>
 *   <li>The new nodes get places behind the others: in the same arrays, or in larger copies when
 *       those are full. Older views stay in the smaller arrays.
 *   <li>Batch by batch they find their neighbors in the graph as it stands, in parallel, and their
 *       lists are written; then the way back of their edges is linked: lists of older nodes are
 *       written in place.
 *   <li>Whenever the graph has grown by 1/{@value #CONNECT_SHARE}, unreachable nodes are attached
 *       ({@link Connectivity}).
 * </ol>
 *
 * <p><b>Memory model.</b> A view must be given to readers by a safe publication, such as a volatile
 * field. All that was written for a view's nodes before, such as their vectors, levels and first
 * lists, happens before a read through it. Lists of those nodes may be overwritten later, with
 * plain stores that race with plain loads. That is harmless by three rules: a slot is one int,
 * which is never read half-written (JLS §17.6), so that a reader sees some value that the slot has
 * had since the view was made; every such value is −1 or a node of the list's level; and a reader
 * passes over nodes that are not of its view, the only ones whose vectors and lists it might see
 * unfinished. A reader may thus see a list with some neighbors old and some new, which costs it an
 * edge at worst, but never garbage. No fence is needed on either side, and finished graphs, whose
 * arrays have no room to spare, do not even compare.
 *
 * <p>An old view loses edges as its nodes get newer neighbors; searches should take the newest.
 *
 * <p>A graph that is {@link #sketched} is built as {@link HnswBuilder} does, by sketches of edges,
 * which only its writer sees. They are fitted anew to the vectors there are whenever these have
 * become four times as many, so that they fit vectors that change in the course of time.
 * Unreachable nodes are attached only when it is {@link #finished}: it is not meant to be searched
 * before.
 */
public final class LiveGraph {
  static final int CONNECT_SHARE = 8;

  private final int threads;
  private final boolean sketched;
  private final Workers<Inserter> workers;
  private HnswGraph view;
  private BuildSketches sketches; // null while they do not pay
  private int sinceConnected;
  private boolean torn;

  /**
   * Begins with {@code start}, over {@code vectors}, which must not be used elsewhere from now on.
   * Missing lengths are computed.
   *
   * @throws IllegalArgumentException when {@code start} has another m
   */
  public LiveGraph(HnswParams params, int threads, HnswGraph start, VectorValues vectors) {
    this(params, threads, start, vectors, false);
  }

  private LiveGraph(
      HnswParams params, int threads, HnswGraph start, VectorValues vectors, boolean sketched) {
    if (start.m() != params.m()) {
      throw new IllegalArgumentException(
          "The graph has m %d, but %d was asked for.".formatted(start.m(), params.m()));
    }
    this.threads = threads;
    this.sketched = sketched;
    this.workers = new Workers<>(threads, () -> new Inserter(start, vectors, params));
    this.view = start.lengths(0) == null ? Lengths.added(start, vectors, workers) : start;
  }

  /**
   * An empty graph, to be searched when it is {@link #finished}, into which nodes are inserted with
   * fewer distances and more memory: 1 kB a node at m 16 and 128 dimensions.
   *
   * @param none vectors of its metric and dimension, of which there are none
   */
  public static LiveGraph sketched(HnswParams params, int threads, VectorValues none) {
    return new LiveGraph(params, threads, HnswGraph.empty(params.m()), none, true);
  }

  /** The graph as it stands. */
  public HnswGraph view() {
    return view;
  }

  /** How many nodes make a batch, the first and highest of which is on {@code level}. */
  public int batchSize(int level) {
    return HnswBuilder.batchSize(view, level, view.size());
  }

  /**
   * Inserts the nodes {@code view().size() … vectors.size() − 1}. When it fails, the view stays as
   * it was, but must be mended before anything else is written.
   *
   * @param levels of the new nodes
   */
  public void insert(VectorValues vectors, byte[] levels) {
    torn = true;
    HnswGraph grown = grown(levels);
    workers.all().forEach(inserter -> inserter.attach(grown, vectors));
    sketch(grown, vectors);
    int[] nodes = BuildOrder.byLevel(grown.levels(), view.size(), grown.size());
    HnswBuilder.insert(grown, nodes, view.size(), workers, inserted -> {});
    if (!sketched) {
      connect(grown, vectors, nodes.length);
    }
    view = grown;
    torn = false;
  }

  /** Removes what an insertion that failed has left behind the nodes of the view, if any has. */
  public void mend(VectorValues vectors) {
    if (torn) {
      view = Consolidation.of(view, vectors, new BitSet(), threads).graph();
      sketched(null);
      torn = false;
    }
  }

  /**
   * Removes {@code nodes}; see {@link Consolidation}. The view becomes the graph of its result, in
   * arrays of its own.
   */
  public Consolidation remove(BitSet nodes, VectorValues vectors) {
    Consolidation consolidation = Consolidation.of(view, vectors, nodes, threads);
    view = consolidation.graph();
    sketched(null);
    workers.all().forEach(inserter -> inserter.attach(view, consolidation.vectors()));
    return consolidation;
  }

  /** Computes all lengths anew, after distances between vectors have changed. */
  public void measure(VectorValues vectors) {
    sketched(null);
    Lengths.measure(view, vectors, workers);
  }

  /** A copy of the graph as it stands, in order, with every node reachable, that never changes. */
  public HnswGraph finished(VectorValues vectors) {
    int upper = upperSlots(view);
    GraphArrays arrays = view.arrays().trimmed(view.m(), view.size(), upper);
    HnswGraph copy = new HnswGraph(view.m(), view.size(), view.entryPoint(), arrays);
    HnswBuilder.finish(copy, vectors, workers);
    return copy;
  }

  /** About how much heap lists, lengths and sketches take. */
  public long bytes() {
    long slots = (long) view.lists(0).length + view.lists(1).length;
    return slots * (Integer.BYTES + Float.BYTES) + (sketches == null ? 0 : sketches.bytes());
  }

  /** Makes sketches of the nodes of {@code grown} where they pay: new nodes have no edges yet. */
  private void sketch(HnswGraph grown, VectorValues vectors) {
    if (!sketched || !BuildSketches.pay(vectors, 0, grown.size())) {
      return;
    }
    BuildSketches next =
        sketches == null
            ? BuildSketches.of(grown, vectors, workers)
            : sketches.grown(grown, vectors, view.size(), workers);
    if (next != sketches) {
      sketched(next);
    }
  }

  private void sketched(BuildSketches made) {
    sketches = made;
    workers.all().forEach(inserter -> inserter.sketched(made));
  }

  private HnswGraph grown(byte[] levels) {
    int first = view.size();
    int upper = upperSlots(view);
    long upperEnd = upper + (long) HnswGraph.upperLists(levels) * view.m();
    int size = Math.addExact(first, levels.length);
    GraphArrays arrays = view.arrays().withRoom(view.m(), size, upperEnd);
    System.arraycopy(levels, 0, arrays.levels(), first, levels.length);
    for (int i = 0; i < levels.length; i++) {
      arrays.upperOffsets()[first + i] = upper;
      upper += levels[i] * view.m();
    }
    return new HnswGraph(view.m(), size, view.entryPoint(), arrays);
  }

  private void connect(HnswGraph grown, VectorValues vectors, int nodes) {
    sinceConnected += nodes;
    if (sinceConnected > grown.size() / CONNECT_SHARE) {
      new Connectivity(grown, vectors).repair();
      sinceConnected = 0;
    }
  }

  private static int upperSlots(HnswGraph graph) {
    int last = graph.size() - 1;
    return last < 0 ? 0 : graph.arrays().upperOffsets()[last] + graph.level(last) * graph.m();
  }
}
