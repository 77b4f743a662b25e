package dev.knit.hnsw;

import dev.knit.vector.VectorValues;
import java.util.function.DoubleSupplier;

/**
 * A build by cells, and the seconds of its two halves.
 *
 * @param before of finding cells and building their subgraphs
 * @param merge of merging them
 */
public record TimedCells(CellBuild build, double before, double merge) {

  /** Builds; {@code clock} tells seconds. */
  public static TimedCells of(
      CellBuilder builder, VectorValues vectors, byte[] levels, DoubleSupplier clock) {
    double start = clock.getAsDouble();
    double[] merging = new double[1];
    CellBuild build = builder.build(vectors, levels, () -> merging[0] = clock.getAsDouble());
    return new TimedCells(build, merging[0] - start, clock.getAsDouble() - merging[0]);
  }
}
