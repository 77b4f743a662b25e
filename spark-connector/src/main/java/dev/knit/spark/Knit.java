package dev.knit.spark;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Nearest-neighbour joins as functions of a DataFrame. */
public final class Knit {
  private Knit() {}

  /** See {@link KnitIndex#knnJoin(Dataset, String, int)}. */
  public static Dataset<Row> knnJoin(
      Dataset<Row> left, String vectorColumn, KnitIndex index, int k) {
    return index.knnJoin(left, vectorColumn, k);
  }

  /** See {@link KnitIndex#knnJoin(Dataset, String, KnnOptions)}. */
  public static Dataset<Row> knnJoin(
      Dataset<Row> left, String vectorColumn, KnitIndex index, KnnOptions options) {
    return index.knnJoin(left, vectorColumn, options);
  }
}
