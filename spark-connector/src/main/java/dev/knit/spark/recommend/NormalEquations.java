package dev.knit.spark.recommend;

import java.io.Serializable;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * Sums of a least-squares problem over some factors: Σ c·y·yᵀ and Σ b·y. Public because Spark's
 * encoders want that. For one thread.
 */
public final class NormalEquations implements Serializable {
  private static final long serialVersionUID = 1;
  private static final double SYMMETRY = 1e-9;

  private double[] products; // upper triangle of Σ c·y·yᵀ, by columns; null before the first
  private double[] right; // Σ b·y
  private long count;

  /** Adds one term; {@code counted} says whether it scales the regularization. */
  void add(float[] y, double c, double b, boolean counted) {
    start(y.length);
    int place = 0;
    for (int j = 0; j < y.length; j++) {
      right[j] += b * y[j];
      for (int i = 0; i <= j; i++) {
        products[place++] += c * y[i] * y[j];
      }
    }
    count += counted ? 1 : 0;
  }

  private void start(int rank) {
    if (products == null) {
      products = new double[rank * (rank + 1) / 2];
      right = new double[rank];
    }
  }

  NormalEquations merge(NormalEquations other) {
    if (other.products != null) {
      start(other.right.length);
      add(products, other.products);
      add(right, other.right);
      count += other.count;
    }
    return this;
  }

  private static void add(double[] to, double[] from) {
    for (int i = 0; i < to.length; i++) {
      to[i] += from[i];
    }
  }

  /** Upper triangle of Σ c·y·yᵀ, by columns; null when there were no terms. */
  double[] products() {
    return products;
  }

  /**
   * x of (base + Σ c·y·yᵀ + λ·count·I) x = Σ b·y.
   *
   * @param base upper triangle by columns, or null
   * @return null when no term was counted
   */
  float[] solve(double[] base, double lambda) {
    if (count == 0) {
      return null;
    }
    double[] solution =
        new CholeskyDecomposition(matrix(base, lambda * count), SYMMETRY, 0)
            .getSolver()
            .solve(new ArrayRealVector(right, false))
            .toArray();
    float[] factors = new float[solution.length];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = (float) solution[i];
    }
    return factors;
  }

  private RealMatrix matrix(double[] base, double diagonal) {
    double[][] full = new double[right.length][right.length];
    int place = 0;
    for (int j = 0; j < right.length; j++) {
      for (int i = 0; i <= j; i++, place++) {
        double sum = products[place] + (base == null ? 0 : base[place]);
        full[i][j] = sum;
        full[j][i] = sum;
      }
      full[j][j] += diagonal;
    }
    return new Array2DRowRealMatrix(full, false);
  }
}
