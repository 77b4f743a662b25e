package dev.knit.hnsw;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Hits of nodes of one cell in another.
 *
 * @param nodes of the first cell; one with several hits stands there as often
 * @param hits beside them, nodes of the other
 * @param keys beside them, their distances
 */
public record CellHits(int[] nodes, int[] hits, float[] keys) implements Serializable {

  /** How many there are. */
  public int size() {
    return nodes.length;
  }

  /**
   * The hits of the nodes {@code from … to − 1}, numbered from 0, in what begins at {@code base}.
   */
  static CellHits of(CandidateEdges edges, int from, int to, int base) {
    CellHits hits =
        new CellHits(new int[edges.size()], new int[edges.size()], new float[edges.size()]);
    int count = 0;
    for (int i = 0; i < edges.size(); i++) {
      if (edges.node(i) >= from && edges.node(i) < to) {
        hits.nodes[count] = edges.node(i) - from;
        hits.hits[count] = Entries.node(edges.entry(i)) - base;
        hits.keys[count++] = Entries.key(edges.entry(i));
      }
    }
    return hits.first(count);
  }

  /** Those from {@code from} on, {@code count} of them or as many as there are. */
  public CellHits range(int from, int count) {
    int to = Math.min(size(), from + count);
    return new CellHits(
        Arrays.copyOfRange(nodes, from, to),
        Arrays.copyOfRange(hits, from, to),
        Arrays.copyOfRange(keys, from, to));
  }

  private CellHits first(int count) {
    return new CellHits(
        Arrays.copyOf(nodes, count), Arrays.copyOf(hits, count), Arrays.copyOf(keys, count));
  }
}
