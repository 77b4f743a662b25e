package dev.knit.spark.sql;

import dev.knit.spark.IndexColumns;
import dev.knit.spark.KnitErrors;
import dev.knit.spark.RowCondition;
import dev.knit.spark.TableAccess;
import dev.knit.table.RowColumns;
import dev.knit.table.RowsIterator;
import dev.knit.table.Snapshot;
import dev.knit.table.StoredRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BasePredicate;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.read.PartitionReader;

/** The rows of one file that meet a condition. For one thread. */
final class FileReader implements PartitionReader<InternalRow> {
  private final IndexColumns types;
  private final int segment;
  private final int[] columns;
  private final int[] tested;
  private final BasePredicate predicate;
  private final StoredRows rows;
  private RowsIterator.Row row;

  FileReader(
      TableAccess table,
      Snapshot snapshot,
      KnitScan.Part part,
      int[] columns,
      RowCondition condition)
      throws IOException {
    this.types = new IndexColumns(snapshot.schema());
    this.segment = part.segment();
    this.columns = columns;
    this.tested = condition == null ? new int[0] : condition.columns();
    this.predicate = condition == null ? null : condition.predicate();
    this.rows =
        new StoredRows(
            table.io(),
            table.path(),
            snapshot,
            snapshot.segments().get(segment),
            part.file(),
            read());
  }

  @Override
  public boolean next() {
    while (hasNext()) {
      row = rows.next();
      if (predicate == null || predicate.eval(values(tested))) {
        return true;
      }
    }
    return false;
  }

  private boolean hasNext() {
    try {
      return rows.hasNext();
    } catch (UncheckedIOException e) {
      throw KnitErrors.told(e);
    }
  }

  @Override
  public InternalRow get() {
    return values(columns);
  }

  @Override
  public void close() {
    rows.close();
  }

  private InternalRow values(int[] some) {
    Object[] values = new Object[some.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = some[i] == IndexColumns.SEGMENT ? segment : types.value(row, some[i]);
    }
    return new GenericInternalRow(values);
  }

  private RowColumns read() {
    int[] all = IntStream.concat(Arrays.stream(columns), Arrays.stream(tested)).toArray();
    return new RowColumns(
        Arrays.stream(all).anyMatch(column -> column == IndexColumns.VECTOR),
        Arrays.stream(all).filter(column -> column >= 0).boxed().collect(Collectors.toSet()));
  }
}
