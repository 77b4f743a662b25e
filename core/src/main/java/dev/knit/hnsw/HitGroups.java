package dev.knit.hnsw;

import java.util.Arrays;

/** The hits of each node of a stretch {@code base … base + size − 1}, nearest first. */
final class HitGroups {
  private final int base;
  private final int[] starts;
  private final long[] entries;

  /** Groups those of {@code edges} whose node is in the stretch. */
  HitGroups(CandidateEdges edges, int base, int size) {
    this.base = base;
    starts = new int[size + 2];
    for (int i = 0; i < edges.size(); i++) {
      if (holds(edges.node(i), size)) {
        starts[edges.node(i) - base + 2]++;
      }
    }
    for (int i = 2; i < starts.length; i++) {
      starts[i] += starts[i - 1];
    }
    entries = new long[starts[size + 1]];
    for (int i = 0; i < edges.size(); i++) {
      if (holds(edges.node(i), size)) {
        entries[starts[edges.node(i) - base + 1]++] = edges.entry(i);
      }
    }
    for (int i = 0; i < size; i++) {
      Arrays.sort(entries, starts[i], starts[i + 1]);
    }
  }

  private boolean holds(int node, int size) {
    return node >= base && node < base + size;
  }

  /** Enters the hits of {@code node}; whether there are any. */
  boolean enter(int node, LayerSearch search) {
    int from = starts[node - base];
    int to = starts[node - base + 1];
    for (int i = from; i < to; i++) {
      search.enter(Entries.node(entries[i]), Entries.key(entries[i]));
    }
    return to > from;
  }

  /** Adds the {@code most} nearest hits of each node, one that was found twice once. */
  void nearest(int most, CandidateEdges out) {
    for (int i = 0; i + 2 < starts.length; i++) {
      int kept = 0;
      for (int at = starts[i]; at < starts[i + 1] && kept < most; at++) {
        if (at == starts[i] || entries[at] != entries[at - 1]) {
          out.add(base + i, entries[at]);
          kept++;
        }
      }
    }
  }
}
