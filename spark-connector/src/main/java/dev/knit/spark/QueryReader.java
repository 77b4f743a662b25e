package dev.knit.spark;

import java.io.Serializable;
import org.apache.spark.sql.catalyst.util.ArrayData;

/** Reads a vector that a row of the left looks for. */
public interface QueryReader extends Serializable {
  /**
   * The values.
   *
   * @return null when it matches nothing
   * @throws RuntimeException when it cannot be searched for
   */
  float[] vector(ArrayData array);
}
