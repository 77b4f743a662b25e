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

  /**
   * Joins each row of {@code left} with the {@code k} nearest rows of {@code right}, by l2; see
   * {@link #knnJoin(Dataset, String, Dataset, IndexSpec, KnnOptions)}.
   */
  public static Dataset<Row> knnJoin(
      Dataset<Row> left, String leftVector, Dataset<Row> right, String rightVector, int k) {
    return knnJoin(left, leftVector, right, IndexSpec.of(rightVector), KnnOptions.of(k));
  }

  /**
   * Joins each row of {@code left} with the nearest rows of a DataFrame that has no index, with the
   * columns of {@link KnitIndex#knnJoin(Dataset, String, KnnOptions)}; rows without a vector are
   * nobody's neighbors. Lazy: when the join first runs {@code right} is read, twice, so it should
   * give the same rows each time, and written to a temporary table. That gets a graph when
   * measuring all pairs would cost more, which the log and afterwards the plan tell; the number of
   * rows of {@code left} is counted for it where Spark does not know it. The table is in {@code
   * spark.knit.temporary.dir}, or else Spark's checkpoint directory, or the home directory of a
   * file system that is shared; it is removed when no query refers to the join any more, and at the
   * latest with the application.
   *
   * @param spec the columns of {@code right}, the metric, and how a graph would be built; its id
   *     column, which is unique, may be missing
   */
  public static Dataset<Row> knnJoin(
      Dataset<Row> left,
      String leftVector,
      Dataset<Row> right,
      IndexSpec spec,
      KnnOptions options) {
    return new KnnJoin(new TemporaryIndex(right, spec, options), options).of(left, leftVector);
  }
}
