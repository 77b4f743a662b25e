package dev.knit.hnsw;

import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import dev.knit.vector.VectorCheck;
import dev.knit.vector.VectorValues;
import java.io.Serializable;
import java.util.Arrays;

/**
 * A division of vectors into cells of neighbors and about equal size, found from a sample of them.
 * Vectors that are equal share a cell. Immutable and safe for use by many threads, each with a
 * {@link Router} of its own.
 */
public final class CellMap implements Serializable {
  private static final long serialVersionUID = 1;

  /**
   * How full a cell may be, as a multiple of the mean of the sample: less than {@link
   * CellFit#MOST}, because the cells of all vectors are not as even as those of the sample.
   */
  static final double MOST = 1.1;

  private final Metric metric;
  private final int dimension;
  private final double maxNorm;
  private final float[][] centroids;
  private final float[] weights;
  private final long distanceComputations;
  private transient Cells cells;

  private CellMap(VectorValues sample, Cells cells, long distanceComputations) {
    this.metric = sample.metric();
    this.dimension = sample.dimension();
    this.maxNorm = sample.maxNorm();
    this.centroids = new float[cells.count()][];
    Arrays.setAll(centroids, cell -> cells.centroids().vector(cell));
    this.weights = cells.weights();
    this.distanceComputations = distanceComputations;
  }

  /**
   * At most {@code count} cells, fewer where the sample has fewer vectors.
   *
   * @param sample at least one vector, no two equal; some hundreds for each cell make them even
   * @param seed of the choice of the first centroids
   */
  public static CellMap fit(VectorValues sample, int count, long seed, int threads) {
    CellFit fit = CellFit.of(sample, count, seed, threads);
    NearestCells nearest = NearestCells.of(fit.cells(), sample, threads);
    Cells balanced = fit.cells().weights(CellBalance.weights(nearest, MOST));
    return new CellMap(
        sample, balanced, fit.distanceComputations() + nearest.distanceComputations());
  }

  /** How many cells there are. */
  public int cells() {
    return centroids.length;
  }

  /** How the subgraphs of cells are built that are to become a graph as {@code params} say. */
  public HnswParams subgraphs(HnswParams params) {
    return CellParams.of(params, cells()).subgraphs();
  }

  /** What finding the cells took. */
  public long distanceComputations() {
    return distanceComputations;
  }

  private synchronized Cells located() {
    if (cells == null) {
      CellSpace space = new CellSpace(metric, dimension, maxNorm);
      cells = new Cells(FlatVectors.of(space.measure(), centroids), weights);
    }
    return cells;
  }

  /** Tells where vectors belong; for one thread. */
  public Router router() {
    return new Router();
  }

  /**
   * Where a vector belongs.
   *
   * @param cell its cell
   * @param cells others whose borders are nearest to it, nearest first
   * @param margins how far it is from those borders
   */
  public record Place(int cell, int[] cells, float[] margins) {}

  /** Places vectors. */
  public final class Router {
    private final Cells all = located();
    private final Cells.Locator locator = all.new Locator();
    private final int[] nearest = new int[locator.width()];
    private final float[] keys = new float[nearest.length];
    private final CellSpace space = new CellSpace(metric, dimension, maxNorm);
    private final float[] point = new float[space.dimension()];

    private Router() {}

    /** What placing vectors took so far. */
    public long distanceComputations() {
      return locator.distanceComputations();
    }

    /**
     * The place of a vector.
     *
     * @throws IllegalArgumentException when it cannot be stored, see {@link VectorCheck}
     */
    public Place place(float[] vector) {
      space.read(FlatVectors.of(metric, vector), 0, point);
      locator.nearest(point, nearest, keys, 0);
      NearestCells found = new NearestCells(nearest.length, nearest, keys, all.count(), 0);
      CellRoutes routes = CellRoutes.of(all, locator, found);
      return new Place(
          nearest[found.place(0, weights)],
          Arrays.copyOf(routes.cells(), count(routes.cells())),
          Arrays.copyOf(routes.margins(), count(routes.cells())));
    }

    private static int count(int[] cells) {
      int count = 0;
      while (count < cells.length && cells[count] != HnswGraph.NONE) {
        count++;
      }
      return count;
    }
  }
}
