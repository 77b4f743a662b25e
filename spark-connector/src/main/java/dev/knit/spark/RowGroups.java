package dev.knit.spark;

import dev.knit.table.RowFilter;
import dev.knit.table.Segment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.roaringbitmap.RoaringBitmap;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The live rows of an index by the values that the equalities of a {@link PairCondition} compare.
 * Of the groups used last it keeps the filters, in up to {@value #FILTER_BYTES} bytes. Safe for use
 * by many threads.
 */
final class RowGroups {
  private static final FilterCache<RowGroups> GROUPS = new FilterCache<>();
  private static final long FILTER_BYTES = 64 << 20;
  private static final int BITS_PER_ROW = 2; // of a filter: one for the row, one for its node

  private final int segments;
  private final Map<UnsafeRow, RoaringBitmap[]> rows = new HashMap<>();
  private final Map<UnsafeRow, RowFilter> filters;

  private RowGroups(List<Segment> segments) {
    this.segments = segments.size(); // they themselves may be closed before this is forgotten
    long bits = BITS_PER_ROW * segments.stream().mapToLong(Segment::rows).sum();
    long kept = Math.max(4, Byte.SIZE * FILTER_BYTES / Math.max(1, bits));
    this.filters =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<UnsafeRow, RowFilter> eldest) {
            return size() > kept;
          }
        };
  }

  /**
   * The groups of the rows that meet {@code among}; found once per process.
   *
   * @param among null for all rows
   * @param numbers those of the segments in their version
   */
  static RowGroups of(
      PairCondition condition,
      RowCondition among,
      List<Integer> numbers,
      List<Segment> segments,
      IndexColumns types) {
    return GROUPS.filter(
        List.of(condition.uuid, numbers),
        () -> {
          RowGroups groups = new RowGroups(segments);
          Reader reader = new Reader(condition.rightKeys, types);
          for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            groups.add(i, segment, reader, among == null ? null : among.matching(segment, types));
          }
          return groups;
        });
  }

  private void add(int segment, Segment source, Reader reader, BitSet among) {
    for (int row = 0; row < source.rows(); row++) {
      boolean allowed = among == null ? source.isLive(row) : among.get(row);
      UnsafeRow key = allowed ? reader.key(source, row) : null;
      if (key != null) {
        group(key)[segment].add(row);
      }
    }
  }

  private RoaringBitmap[] group(UnsafeRow key) {
    RoaringBitmap[] group = rows.get(key);
    if (group == null) {
      group = new RoaringBitmap[segments];
      Arrays.setAll(group, i -> new RoaringBitmap());
      rows.put(key.copy(), group);
    }
    return group;
  }

  /** The rows of a group, by segment; null when there are none. */
  RoaringBitmap[] rows(UnsafeRow key) {
    return rows.get(key);
  }

  /** The same as a filter of searches in the segments that this was found in. */
  RowFilter filter(UnsafeRow key, List<Segment> open) {
    RoaringBitmap[] group = rows.get(key);
    if (group == null) {
      return null;
    }
    synchronized (filters) {
      RowFilter filter = filters.get(key);
      if (filter == null) {
        filter = RowFilter.of(open, words(group));
        filters.put(key.copy(), filter);
      }
      return filter;
    }
  }

  private static long[][] words(RoaringBitmap[] group) {
    return Arrays.stream(group).map(RowGroups::words).toArray(long[][]::new);
  }

  private static long[] words(RoaringBitmap rows) {
    BitSet bits = new BitSet();
    rows.forEach((org.roaringbitmap.IntConsumer) bits::set);
    return bits.toLongArray();
  }

  /** Reads the keys of rows. For one thread. */
  private static final class Reader {
    private final IndexColumns types;
    private final List<Attribute> attributes = new ArrayList<>();
    private final UnsafeProjection keys;
    private final Object[] values;

    Reader(List<Expression> expressions, IndexColumns types) {
      this.types = types;
      expressions.forEach(
          key -> attributes.addAll(CollectionConverters.asJava(key.references().toSeq())));
      this.keys =
          UnsafeProjection.create(
              CollectionConverters.asScala(expressions).toSeq(),
              CollectionConverters.asScala(attributes).toSeq());
      this.values = new Object[attributes.size()];
    }

    /** The key of a row, until the next call; null when a part of it is null. */
    UnsafeRow key(Segment segment, int row) {
      for (int i = 0; i < values.length; i++) {
        values[i] = types.value(segment, row, types.number(attributes.get(i).name()));
      }
      UnsafeRow key = keys.apply(new GenericInternalRow(values));
      return key.anyNull() ? null : key;
    }
  }
}
