package dev.knit.table;

import java.io.Serializable;

/**
 * What is known of the values of a column in a rows file.
 *
 * @param column its number in the schema; 0 for the id
 * @param min a bound that no value is below, as text; null when there is none
 * @param max a bound that no value is above
 * @param nulls how many are null
 */
public record ColumnStats(int column, String min, String max, int nulls) implements Serializable {
  /** The number of the id column. */
  public static final int ID = 0;

  /** Checks that no number is negative. */
  public ColumnStats {
    if (column < 0 || nulls < 0) {
      throw new IllegalArgumentException("Statistics of a column have a negative number.");
    }
  }
}
