package dev.knit.spark.cli.view;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import dev.knit.hnsw.HnswGraph;
import dev.knit.table.Segment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The nodes that a page knows of, numbered as they are added; columns, so that the page is small.
 */
@JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
final class NodeTable {
  private static final int MOST_CHARACTERS = 60;

  private final List<Integer> segment = new ArrayList<>();
  private final List<Integer> cell = new ArrayList<>();
  private final List<Integer> level = new ArrayList<>();
  private final List<Float> x = new ArrayList<>();
  private final List<Float> y = new ArrayList<>();
  private final List<String> id = new ArrayList<>();
  private final List<String> label = new ArrayList<>();
  private final List<Integer> deleted = new ArrayList<>();

  private final transient List<OpenSegment> segments;
  private final transient int labelColumn;
  private final transient Projection projection;
  private final transient Map<Long, Integer> numbers = new LinkedHashMap<>();

  /**
   * A table without nodes.
   *
   * @param labelColumn the metadata column to name rows by; −1 for none
   */
  NodeTable(List<OpenSegment> segments, int labelColumn, Projection projection) {
    this.segments = segments;
    this.labelColumn = labelColumn;
    this.projection = projection;
  }

  int size() {
    return id.size();
  }

  /** The number of a node of a segment, which is added if need be. */
  int number(int ofSegment, int node) {
    long key = (long) ofSegment << Integer.SIZE | node;
    Integer known = numbers.putIfAbsent(key, size());
    if (known == null) {
      add(ofSegment, node);
    }
    return known == null ? size() - 1 : known;
  }

  /** The number of a node that is there; −1 when it is not. */
  int find(int ofSegment, int node) {
    return numbers.getOrDefault((long) ofSegment << Integer.SIZE | node, -1);
  }

  private void add(int ofSegment, int node) {
    OpenSegment open = segments.get(ofSegment);
    int row = liveRow(open.segment(), node);
    if (row < 0) {
      deleted.add(size());
      row = open.segment().row(node, 0);
    }
    float[] vector = open.vector(node);
    HnswGraph graph = open.segment().graph();
    segment.add(ofSegment);
    cell.add(open.cell(node));
    level.add(graph == null ? 0 : graph.level(node));
    x.add(Digits.few(projection.on(0, vector)));
    y.add(Digits.few(projection.on(1, vector)));
    id.add(cut(open.segment().id(row)));
    if (labelColumn >= 0) {
      label.add(cut(open.segment().value(row, labelColumn)));
    }
  }

  private static int liveRow(Segment segment, int node) {
    for (int i = 0; i < segment.rowCount(node); i++) {
      if (segment.isLive(segment.row(node, i))) {
        return segment.row(node, i);
      }
    }
    return -1;
  }

  private static String cut(Object value) {
    String text = String.valueOf(value);
    return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS - 1) + "…";
  }
}
