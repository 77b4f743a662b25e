package dev.knit.spark;

import java.io.Serializable;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.execution.SparkPlan;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.runtime.AbstractFunction2;

/**
 * Gives each row of the left a number of its own, as its last column. Which number depends on the
 * order of the rows: where that may be another when a task runs again, Spark runs all again that
 * has read what the first attempt wrote.
 */
public final class NumberedRowsExec extends JoinExec {
  private static final long serialVersionUID = 1;
  private static final int MOST_OF_A_PARTITION = 33; // bits, as of monotonically_increasing_id

  /** Numbers rows; the columns are those of the left and the number. */
  public NumberedRowsExec(SparkPlan left, Seq<Attribute> output) {
    super(left, output);
  }

  @Override
  public RDD<InternalRow> doExecute() {
    boolean orderSensitive = true;
    return child()
        .execute()
        .mapPartitionsWithIndexInternal(
            new Numbering(output()), false, orderSensitive, false, Sessions.tag(InternalRow.class));
  }

  private static final class Numbering
      extends AbstractFunction2<Object, Iterator<InternalRow>, Iterator<InternalRow>>
      implements Serializable {
    private static final long serialVersionUID = 1;
    private final Seq<Attribute> columns;

    Numbering(Seq<Attribute> columns) {
      this.columns = columns;
    }

    @Override
    @SuppressWarnings({"unchecked", "rawtypes"})
    public Iterator<InternalRow> apply(Object partition, Iterator<InternalRow> rows) {
      UnsafeProjection joined = UnsafeProjection.create((Seq) columns, columns);
      GenericInternalRow number = new GenericInternalRow(1);
      JoinedRow pair = new JoinedRow();
      long[] next = {(long) (Integer) partition << MOST_OF_A_PARTITION};
      return rows.map(
          row -> {
            number.setLong(0, next[0]++);
            return joined.apply(pair.apply(row, number));
          });
    }
  }

  @Override
  public String nodeName() {
    return "KnitNumberedRows";
  }

  @Override
  public String argString(int maxFields) {
    return "";
  }

  @Override
  SparkPlan over(SparkPlan other) {
    return new NumberedRowsExec(other, output());
  }

  @Override
  Object[] parts() {
    return new Object[] {child(), output()};
  }
}
