package dev.knit.spark.cli;

import static org.apache.spark.sql.functions.col;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Vectors of a table, brought to the driver. */
final class Vectors {
  private Vectors() {}

  /** All vectors that are not null. */
  static float[][] all(Dataset<Row> table, String column) {
    List<Row> rows =
        table.select(col("`" + column + "`").cast("array<float>")).na().drop().collectAsList();
    float[][] vectors = new float[rows.size()][];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = floats(rows.get(i));
    }
    return vectors;
  }

  /** The same {@code most} rows each time, or all if there are fewer. */
  static float[][] sample(Dataset<Row> table, String column, int most) {
    double share = Math.min(1, 1.2 * most / Math.max(1, table.count()));
    return all(table.sample(share, 1).limit(most), column);
  }

  /** The only column of a row. */
  static float[] floats(Row row) {
    List<Float> values = row.getList(0);
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i);
    }
    return floats;
  }
}
