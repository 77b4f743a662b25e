package dev.knit.spark.cli.view;

import dev.knit.hnsw.GraphWalk;
import dev.knit.table.Hits;
import dev.knit.table.IndexSearcher;
import dev.knit.table.RowSample;
import dev.knit.table.Segment;
import java.util.ArrayList;
import java.util.List;

/** Searches for rows of the index and tells how. */
final class WalkRecorder {
  private final List<OpenSegment> segments;
  private final NodeTable nodes;
  private final ViewOptions options;
  private final IndexSearcher searcher;

  WalkRecorder(List<OpenSegment> segments, NodeTable nodes, ViewOptions options) {
    this.segments = segments;
    this.nodes = nodes;
    this.options = options;
    this.searcher = new IndexSearcher(segments.stream().map(OpenSegment::segment).toList());
  }

  /** Walks to rows drawn at random, the fewer the more graphs each has to walk through. */
  List<Walk> record() {
    List<Segment> open = segments.stream().map(OpenSegment::segment).toList();
    int graphs = (int) open.stream().filter(segment -> segment.graph() != null).count();
    RowSample rows = RowSample.of(open, options.walks() / Math.max(1, graphs), options.seed());
    List<Walk> walks = new ArrayList<>();
    for (int i = 0; i < rows.rows().length; i++) {
      int segment = rows.segments()[i];
      walks.add(to(segment, open.get(segment).node(rows.rows()[i])));
    }
    return walks;
  }

  private Walk to(int segment, int node) {
    float[] query = segments.get(segment).vector(node);
    int scanned =
        segments.stream().filter(s -> s.graph() == null).mapToInt(s -> s.info().liveRows()).sum();
    Walk walk =
        new Walk(
            nodes.number(segment, node),
            new ArrayList<>(),
            new ArrayList<>(),
            scanned,
            new ArrayList<>(),
            new ArrayList<>());
    for (int s = 0; s < segments.size(); s++) {
      Segment through = segments.get(s).segment();
      if (through.graph() != null) {
        for (GraphWalk.Step step :
            GraphWalk.of(through.graph(), through.vectors(), query, options.walkEf())) {
          walk.add(s, step, nodes);
        }
      }
    }
    find(query, walk);
    return walk;
  }

  private void find(float[] query, Walk walk) {
    Hits hits = searcher.search(query, options.k(), options.walkEf());
    for (int rank = 0; rank < hits.size(); rank++) {
      int segment = hits.segment(rank);
      walk.found().add(nodes.number(segment, segments.get(segment).segment().node(hits.row(rank))));
      walk.foundDistances().add(Digits.few(hits.distance(rank)));
    }
  }
}
