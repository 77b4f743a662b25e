package dev.knit.flink.table;

import java.io.Serializable;
import java.util.function.IntConsumer;

/** What is compared. */
sealed interface Operand extends Serializable {

  /** Its value in a row; null when it is null. */
  Object in(Condition.Row row);

  /** Names the column that it reads. */
  default void columns(IntConsumer reader) {}

  /** A column. */
  record Of(int column) implements Operand {
    @Override
    public Object in(Condition.Row row) {
      return row.value(column);
    }

    @Override
    public void columns(IntConsumer reader) {
      reader.accept(column);
    }
  }

  /**
   * A constant.
   *
   * @param value of a class that the domain of the comparison takes
   * @param stored the same in the class of the column it is compared with; null when it has none
   */
  record Value(Serializable value, Serializable stored) implements Operand {
    @Override
    public Object in(Condition.Row row) {
      return value;
    }
  }
}
