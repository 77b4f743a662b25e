package dev.knit.spark;

import dev.knit.hnsw.HnswParams;
import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;

/**
 * What to build an index from, and how. Start from {@link #of} and change what should differ.
 *
 * @param id name of the id column: int, long or string, unique and never null
 * @param vector name of the vector column: array of float or double, all of one length
 * @param metric how distances are measured
 * @param m most neighbors of a node on levels ≥ 1; 2m on level 0
 * @param efConstruction width of the beam while building
 * @param partitions how many subgraphs are built in parallel; 0 lets Knit choose by the number of
 *     rows
 * @param seed for the levels of nodes; the same rows, partitions and seed give the same graph
 * @param quantization in what form vectors are held to build and search: as float32, or by one byte
 *     per component, with the exact vectors in a local file, which takes about a quarter of the
 *     memory
 * @param overwrite whether an index at the path is replaced, by a new version
 */
public record IndexSpec(
    String id,
    String vector,
    Metric metric,
    int m,
    int efConstruction,
    Partitioning partitioning,
    int partitions,
    long seed,
    Quantization quantization,
    boolean overwrite) {

  /** Checks the ranges. */
  public IndexSpec {
    new HnswParams(m, efConstruction);
    if (partitions < 0 || partitions > 10_000) {
      throw new IllegalArgumentException(
          "partitions (%d) must be from 1 to 10000, or 0 to have it chosen.".formatted(partitions));
    }
  }

  /** An index over these two columns with metric l2, m 16, ef_construction 100, seed 0 and int8. */
  public static IndexSpec of(String id, String vector) {
    HnswParams params = HnswParams.DEFAULT;
    return new IndexSpec(
        id,
        vector,
        Metric.L2,
        params.m(),
        params.efConstruction(),
        Partitioning.AUTO,
        0,
        0,
        Quantization.INT8,
        false);
  }

  /**
   * The same over rows without an id, which Knit numbers itself; for joins with a DataFrame that
   * has no index, see {@link Knit#knnJoin(org.apache.spark.sql.Dataset, String,
   * org.apache.spark.sql.Dataset, IndexSpec, KnnOptions)}.
   */
  public static IndexSpec of(String vector) {
    return of(null, vector);
  }

  /** The same with another id column. */
  IndexSpec withId(String other) {
    return new IndexSpec(
        other,
        vector,
        metric,
        m,
        efConstruction,
        partitioning,
        partitions,
        seed,
        quantization,
        overwrite);
  }

  /** The same with another metric. */
  public IndexSpec metric(Metric other) {
    return new IndexSpec(
        id,
        vector,
        other,
        m,
        efConstruction,
        partitioning,
        partitions,
        seed,
        quantization,
        overwrite);
  }

  /** The same with another m. */
  public IndexSpec m(int other) {
    return new IndexSpec(
        id,
        vector,
        metric,
        other,
        efConstruction,
        partitioning,
        partitions,
        seed,
        quantization,
        overwrite);
  }

  /** The same with another width of the beam while building. */
  public IndexSpec efConstruction(int other) {
    return new IndexSpec(
        id, vector, metric, m, other, partitioning, partitions, seed, quantization, overwrite);
  }

  /** The same with another number of subgraphs. */
  public IndexSpec partitions(int other) {
    return new IndexSpec(
        id, vector, metric, m, efConstruction, partitioning, other, seed, quantization, overwrite);
  }

  /** The same with rows divided in another way. */
  public IndexSpec partitioning(Partitioning other) {
    return new IndexSpec(
        id, vector, metric, m, efConstruction, other, partitions, seed, quantization, overwrite);
  }

  /** The same with another seed. */
  public IndexSpec seed(long other) {
    return new IndexSpec(
        id,
        vector,
        metric,
        m,
        efConstruction,
        partitioning,
        partitions,
        other,
        quantization,
        overwrite);
  }

  /** The same with vectors held in another form. */
  public IndexSpec quantization(Quantization other) {
    return new IndexSpec(
        id, vector, metric, m, efConstruction, partitioning, partitions, seed, other, overwrite);
  }

  /** The same, replacing an index that is there. */
  public IndexSpec overwriting() {
    return new IndexSpec(
        id, vector, metric, m, efConstruction, partitioning, partitions, seed, quantization, true);
  }
}
