package dev.knit.table;

import dev.knit.hnsw.NodeFilter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The rows that a search may find, for each of the searcher's segments; deleted rows are not among
 * them. Immutable and safe for use by many threads.
 */
public final class RowFilter {
  private final List<BitSet> rows;
  private final List<NodeFilter> nodes;

  private RowFilter(List<BitSet> rows, List<NodeFilter> nodes) {
    this.rows = rows;
    this.nodes = nodes;
  }

  /**
   * A filter over {@code segments}.
   *
   * @param words per segment the allowed rows as words of a bit set, see {@link BitSet#valueOf}
   */
  public static RowFilter of(List<Segment> segments, long[][] words) {
    List<BitSet> rows = new ArrayList<>();
    List<NodeFilter> nodes = new ArrayList<>();
    for (int i = 0; i < words.length; i++) {
      Segment segment = segments.get(i);
      BitSet allowed = BitSet.valueOf(words[i]);
      if (segment.liveRows() != null) {
        allowed.and(segment.liveRows());
      }
      rows.add(allowed);
      nodes.add(NodeFilter.of(segment.nodes(allowed)));
    }
    return new RowFilter(rows, nodes);
  }

  /** Whether the filter allows a row of a segment. */
  public boolean allows(int segment, int row) {
    return rows.get(segment).get(row);
  }

  BitSet rows(int segment) {
    return rows.get(segment);
  }

  NodeFilter nodes(int segment) {
    return nodes.get(segment);
  }
}
