package dev.knit.spark.recommend;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.io.Serializable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Aggregator;
import org.apache.spark.sql.functions;

/**
 * Half an iteration of alternating least squares: the factors of users from those of items, or the
 * other way round. What Spark's ALS does last is this step for users, so that for the same ratings
 * it gives the same factors, and for others those which they would have with these items.
 *
 * <ol>
 *   <li>for each x, sum up Σ c·y·yᵀ and Σ b·y over the factors y of what it was rated with
 *   <li>when implicit, add Σ y·yᵀ over all y, once computed
 *   <li>solve, with λ scaled by the number of ratings
 * </ol>
 */
final class HalfStep {
  private final RecommenderSpec spec;
  private final double[] all;

  private HalfStep(RecommenderSpec spec, double[] all) {
    this.spec = spec;
    this.all = all;
  }

  /**
   * A step from fixed factors, which are read once here when implicit.
   *
   * @param factors a column {@code factors}, array of float
   */
  static HalfStep from(Dataset<Row> factors, RecommenderSpec spec) {
    return new HalfStep(spec, spec.implicit() ? products(factors) : null);
  }

  private static double[] products(Dataset<Row> factors) {
    return factors
        .select(col(Recommender.FACTORS), lit(0d).as("rating"))
        .as(Encoders.bean(Rated.class))
        .select(new Products().toColumn())
        .first()
        .products();
  }

  /** The factors of a group of rated factors; null when no rating of them counts. */
  Column solution(Column factors, Column rating) {
    return functions
        .udaf(new Solution(spec, all), Encoders.bean(Rated.class))
        .apply(factors, rating)
        .getField(Recommender.FACTORS);
  }

  /** Factors with the rating that they got. */
  public static final class Rated implements Serializable {
    private static final long serialVersionUID = 1;
    private float[] factors;
    private double rating;

    public float[] getFactors() {
      return factors;
    }

    public void setFactors(float[] factors) {
      this.factors = factors;
    }

    public double getRating() {
      return rating;
    }

    public void setRating(double rating) {
      this.rating = rating;
    }
  }

  /** Sums of terms, however they are finished. */
  private abstract static class Sums<T> extends Aggregator<Rated, NormalEquations, T> {
    private static final long serialVersionUID = 1;

    @Override
    public NormalEquations zero() {
      return new NormalEquations();
    }

    @Override
    public NormalEquations merge(NormalEquations one, NormalEquations other) {
      return one.merge(other);
    }

    @Override
    public Encoder<NormalEquations> bufferEncoder() {
      return Encoders.javaSerialization(NormalEquations.class);
    }
  }

  private static final class Products extends Sums<NormalEquations> {
    private static final long serialVersionUID = 1;

    @Override
    public NormalEquations reduce(NormalEquations sums, Rated rated) {
      sums.add(rated.factors, 1, 0, false);
      return sums;
    }

    @Override
    public NormalEquations finish(NormalEquations sums) {
      return sums;
    }

    @Override
    public Encoder<NormalEquations> outputEncoder() {
      return bufferEncoder();
    }
  }

  private static final class Solution extends Sums<Rated> {
    private static final long serialVersionUID = 1;
    private final boolean implicit;
    private final double alpha;
    private final double lambda;
    private final double[] all;

    Solution(RecommenderSpec spec, double[] all) {
      this.implicit = spec.implicit();
      this.alpha = spec.alpha();
      this.lambda = spec.regularization();
      this.all = all;
    }

    @Override
    public NormalEquations reduce(NormalEquations sums, Rated rated) {
      double rating = rated.rating;
      if (implicit) {
        double certainty = alpha * Math.abs(rating);
        sums.add(rated.factors, certainty, rating > 0 ? 1 + certainty : 0, rating > 0);
      } else {
        sums.add(rated.factors, 1, rating, true);
      }
      return sums;
    }

    @Override
    public Rated finish(NormalEquations sums) {
      Rated solved = new Rated();
      solved.factors = sums.solve(all, lambda);
      return solved;
    }

    @Override
    public Encoder<Rated> outputEncoder() {
      return Encoders.bean(Rated.class);
    }
  }
}
