package dev.knit.spark;

import dev.knit.table.Snapshot;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.jdk.javaapi.CollectionConverters;

/** What tasks of a join look for, and where. Keeps, on the driver, what they search in use. */
final class KnnJoinTask implements Serializable {
  private static final long serialVersionUID = 1;
  final JoinRows rows;
  final KnnOptions options;
  final PairCondition condition;
  final JoinMetrics metrics;

  /** Null when there are no rows to be found. */
  final IndexSearch search;

  final QueryReader reader;

  /** What is asked of a row that was found, by number. */
  final int[] numbers;

  @SuppressWarnings("unused")
  private final transient Object target;

  private KnnJoinTask(
      KnnJoinTask of, IndexSearch search, QueryReader reader, int[] numbers, Object target) {
    this.rows = of.rows;
    this.options = of.options;
    this.condition = of.condition;
    this.metrics = of.metrics;
    this.search = search;
    this.reader = reader;
    this.numbers = numbers;
    this.target = target;
  }

  /** A task that finds nothing. */
  private KnnJoinTask(JoinRows rows, KnnOptions options, JoinMetrics metrics) {
    this.rows = rows;
    this.options = options;
    this.condition = rows.condition();
    this.metrics = metrics;
    this.search = null;
    this.reader = null;
    this.numbers = new int[0];
    this.target = null;
  }

  /**
   * A task on an index.
   *
   * @param search null when there are no rows to be found
   */
  static KnnJoinTask of(JoinRows rows, JoinSource source, IndexSearch search, JoinMetrics metrics) {
    KnnJoinTask nothing = new KnnJoinTask(rows, source.options(), metrics);
    if (search == null) {
      return nothing;
    }
    Snapshot snapshot = search.snapshot();
    IndexColumns types = new IndexColumns(snapshot.schema());
    return new KnnJoinTask(
        nothing,
        nothing.condition.narrowed(search, types),
        source.reader(search),
        JoinColumns.numbers(CollectionConverters.asJava(rows.columns()), types),
        source);
  }

  /** The segments that are searched, in groups. */
  List<List<Integer>> groups(JoinMemory memory) {
    return search.groups(memory);
  }

  /** Bytes in memory of the segments that are searched. */
  Map<UUID, Long> segmentBytes() {
    return search == null ? Map.of() : search.segmentBytes();
  }

  /** The same in some of the segments. */
  KnnJoinTask in(List<Integer> segments) {
    return new KnnJoinTask(this, search.in(segments), reader, numbers, target);
  }

  /** The joined rows of a partition. */
  Iterator<InternalRow> join(Iterator<InternalRow> left) {
    return new KnnJoinIterator(this, left);
  }
}
