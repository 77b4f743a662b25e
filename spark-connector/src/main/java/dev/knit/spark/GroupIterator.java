package dev.knit.spark;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeRowWriter;

/** What was found for the rows of a block in a group of segments; its rows are reused. */
final class GroupIterator implements Iterator<InternalRow> {
  private static final int COLUMNS = 4;

  private final KnnJoinTask task;
  private final JoinReader left;
  private final int number;
  private final int first;
  private final UnsafeProjection kept;
  private final UnsafeProjection found;
  private final UnsafeRowWriter writer = new UnsafeRowWriter(COLUMNS);
  private int place;
  private int end;

  /**
   * An iterator.
   *
   * @param rows of the left, with their numbers as the last column
   * @param whole whether these tell of the rows of the left, too
   */
  GroupIterator(KnnJoinTask task, Iterator<InternalRow> rows, boolean whole) {
    this.task = task;
    this.left = new JoinReader(task, rows);
    this.number = task.rows.number();
    this.first = whole ? -1 : 0;
    this.kept = task.rows.kept();
    this.found = task.rows.found();
  }

  @Override
  public boolean hasNext() {
    while (place == end && left.next()) {
      place = first;
      end = left.neighbors() == null ? 0 : left.neighbors().size();
    }
    return place < end;
  }

  @Override
  public InternalRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    task.metrics.rows().add(1);
    int next = place++;
    writer.reset();
    writer.zeroOutNullBytes();
    writer.write(FoundRows.ROW, left.row().getLong(number));
    if (next < 0) {
      writer.setNullAt(FoundRows.ORDER);
      writer.write(FoundRows.PLACE, 0L);
      writer.write(FoundRows.VALUES, bytes(kept.apply(left.row())));
    } else {
      writer.write(FoundRows.ORDER, left.neighbors().order(next));
      writer.write(FoundRows.PLACE, left.tie(next));
      writer.write(FoundRows.VALUES, bytes(found.apply(left.values(next))));
    }
    return writer.getRow();
  }

  private static byte[] bytes(UnsafeRow row) {
    return row.getBytes();
  }
}
