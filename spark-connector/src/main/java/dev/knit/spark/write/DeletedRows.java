package dev.knit.spark.write;

import java.io.Serializable;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.roaringbitmap.IntConsumer;
import org.roaringbitmap.RoaringBitmap;

/**
 * Rows of a version that go, by their places: about two bytes a row, and less where they are many
 * of a segment. For one thread.
 */
final class DeletedRows implements Serializable {
  private static final long serialVersionUID = 1;
  private final HashMap<Integer, RoaringBitmap> segments = new HashMap<>();

  /** Adds a row by its segment and its number there, see {@link KnitOperation#rowId}. */
  void add(InternalRow place) {
    segments.computeIfAbsent(place.getInt(0), any -> new RoaringBitmap()).add(place.getInt(1));
  }

  /** All that tasks tell, by segment as words of a bit set. */
  static long[][] words(List<DeletedRows> told) {
    BitSet[] rows = new BitSet[told.stream().mapToInt(DeletedRows::end).max().orElse(0)];
    Arrays.setAll(rows, segment -> new BitSet());
    told.forEach(
        some ->
            some.segments.forEach((segment, of) -> of.forEach((IntConsumer) rows[segment]::set)));
    return Arrays.stream(rows).map(BitSet::toLongArray).toArray(long[][]::new);
  }

  /** The number behind that of the last segment. */
  private int end() {
    return segments.isEmpty() ? 0 : Collections.max(segments.keySet()) + 1;
  }
}
