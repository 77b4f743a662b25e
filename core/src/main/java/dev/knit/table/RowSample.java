package dev.knit.table;

import dev.knit.hnsw.NodeSample;
import java.util.List;

/**
 * Rows drawn at random from those of some segments that are not deleted, without repetition.
 *
 * @param segments for each its segment's place in the list that they were drawn from
 * @param rows for each its number in its segment
 */
public record RowSample(int[] segments, int[] rows) {

  /** {@code count} rows, or all when there are fewer, in the order of the segments. */
  public static RowSample of(List<Segment> segments, int count, long seed) {
    long live = segments.stream().mapToLong(Segment::liveRowCount).sum();
    int[] drawn = NodeSample.of(Math.toIntExact(live), count, seed);
    RowSample sample = new RowSample(new int[drawn.length], new int[drawn.length]);
    for (int segment = 0, seen = 0, next = 0; segment < segments.size(); segment++) {
      Segment from = segments.get(segment);
      for (int row = 0; row < from.rows() && next < drawn.length; row++) {
        if (from.isLive(row) && seen++ == drawn[next]) {
          sample.segments[next] = segment;
          sample.rows[next++] = row;
        }
      }
    }
    return sample;
  }

  /** Whether the sampled row of that number is this one. */
  boolean is(int number, int segment, int row) {
    return segments[number] == segment && rows[number] == row;
  }

  /** The vectors of the sampled rows, as their metric stores them. */
  float[][] vectors(List<Segment> from) {
    float[][] vectors = new float[rows.length][];
    for (int i = 0; i < vectors.length; i++) {
      Segment segment = from.get(segments[i]);
      vectors[i] = new float[segment.vectors().dimension()];
      segment.vectors().exact().copy(segment.node(rows[i]), vectors[i]);
    }
    return vectors;
  }
}
