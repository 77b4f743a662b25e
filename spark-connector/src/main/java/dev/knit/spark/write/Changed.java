package dev.knit.spark.write;

import dev.knit.spark.RowStage;
import java.io.Serializable;

/**
 * What a task of a row-level statement tells the driver.
 *
 * @param deleted rows that go
 */
record Changed(RowStage.Part part, DeletedRows deleted) implements Serializable {
  private static final long serialVersionUID = 1;
}
