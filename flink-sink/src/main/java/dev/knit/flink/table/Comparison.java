package dev.knit.flink.table;

import dev.knit.table.ColumnRange;

/** How two values are compared. */
enum Comparison {
  EQUAL,
  NOT_EQUAL,
  LESS,
  AT_MOST,
  GREATER,
  AT_LEAST;

  /** The same with its sides exchanged. */
  Comparison mirrored() {
    return switch (this) {
      case EQUAL, NOT_EQUAL -> this;
      case LESS -> GREATER;
      case AT_MOST -> AT_LEAST;
      case GREATER -> LESS;
      case AT_LEAST -> AT_MOST;
    };
  }

  /** Whether it holds for values of which the first is less, equal or greater. */
  boolean holds(int order) {
    return switch (this) {
      case EQUAL -> order == 0;
      case NOT_EQUAL -> order != 0;
      case LESS -> order < 0;
      case AT_MOST -> order <= 0;
      case GREATER -> order > 0;
      case AT_LEAST -> order >= 0;
    };
  }

  /** The same for floats, among which NaN is neither and zeros are equal. */
  boolean holds(double a, double b) {
    return switch (this) {
      case EQUAL -> a == b;
      case NOT_EQUAL -> a != b;
      case LESS -> a < b;
      case AT_MOST -> a <= b;
      case GREATER -> a > b;
      case AT_LEAST -> a >= b;
    };
  }

  /** Whether a column of that range may have such a value; null when nothing is known. */
  boolean mayHold(ColumnRange range, Object value) {
    if (range == null || value == null) {
      return true;
    }
    return switch (this) {
      case EQUAL -> range.mayBe(value);
      case NOT_EQUAL -> range.mayBeSet();
      case LESS -> range.mayBeLess(value);
      case AT_MOST -> range.mayBeAtMost(value);
      case GREATER -> range.mayBeGreater(value);
      case AT_LEAST -> range.mayBeAtLeast(value);
    };
  }
}
