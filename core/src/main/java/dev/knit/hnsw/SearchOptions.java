package dev.knit.hnsw;

import dev.knit.vector.Metric;
import java.io.Serializable;

/**
 * How one search is answered. Start from {@link #of} or {@link #range} and change what should
 * differ. Immutable.
 *
 * @param k the most nodes that are returned
 * @param ef the width of the beam, at least k unless {@code maxDistance} is finite; wider finds
 *     more and takes longer
 * @param maxEf how wide the beam may grow while the k nearest still change; {@code ef} when it does
 *     not grow. See {@link #adaptive}
 * @param gamma a search ends where the nearest node that is left to expand is more than 1 + gamma
 *     times as far as the k-th found; infinite when only the beam ends it. See {@link
 *     #gamma(double)}
 * @param maxDistance nodes farther from the query than this, in the metric's distances, are left
 *     out; infinite for none
 * @param negatives what the answers should be unlike; null for nothing
 * @param sketched whether neighbors are looked at by sketches first. See {@link #withSketches}
 */
public record SearchOptions(
    int k, int ef, int maxEf, float gamma, float maxDistance, Negatives negatives, boolean sketched)
    implements Serializable {
  private static final float NONE = Float.POSITIVE_INFINITY;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException when {@code k < 1}, {@code ef < 1}, {@code ef < k} without a
   *     range or with negatives, {@code maxEf < ef}, {@code gamma} is negative, or it or {@code
   *     maxDistance} is NaN
   */
  public SearchOptions {
    if (Float.isNaN(maxDistance)) {
      throw new IllegalArgumentException("maxDistance must be a number, not NaN.");
    }
    if (!(gamma >= 0)) {
      throw new IllegalArgumentException(
          "gamma (%s) must be a number of at least 0.".formatted(gamma));
    }
    boolean range = maxDistance < NONE && negatives == null;
    check(k, ef, range ? 1 : k);
    if (maxEf < ef) {
      throw new IllegalArgumentException(
          "maxEf (%d) must be at least ef (%d).".formatted(maxEf, ef));
    }
  }

  static void check(int k, int ef, int leastEf) {
    if (k < 1) {
      throw new IllegalArgumentException("k (%d) must be at least 1.".formatted(k));
    }
    if (ef < leastEf) {
      throw new IllegalArgumentException(
          "ef (%d) must be at least %s.".formatted(ef, leastEf == 1 ? "1" : "k (" + k + ")"));
    }
  }

  /** The {@code k} nearest that a beam of width {@code ef} finds. */
  public static SearchOptions of(int k, int ef) {
    return new SearchOptions(k, ef, ef, NONE, NONE, null, false);
  }

  /**
   * All within {@code maxDistance}, nearest first, however many. The beam is {@code ef} wide at
   * first and grows as long as all of it is within.
   */
  public static SearchOptions range(double maxDistance, int ef) {
    return new SearchOptions(Integer.MAX_VALUE, ef, ef, NONE, (float) maxDistance, null, false);
  }

  /** The same for at most {@code other} nodes. */
  public SearchOptions k(int other) {
    return new SearchOptions(other, ef, maxEf, gamma, maxDistance, negatives, sketched);
  }

  /** The same with a beam of this width at first. */
  public SearchOptions ef(int other) {
    int widest = maxEf == ef ? other : Math.max(maxEf, other);
    return new SearchOptions(k, other, widest, gamma, maxDistance, negatives, sketched);
  }

  /**
   * The same with a beam that is widened up to {@code limit} until the k nearest do not change any
   * more; what was measured stays measured.
   */
  public SearchOptions adaptive(int limit) {
    return new SearchOptions(k, ef, limit, gamma, maxDistance, negatives, sketched);
  }

  /**
   * The same but for an earlier end: nodes more than 1 + {@code gamma} times as far from the query
   * as the k-th found are not expanded. With a wide beam, such as ef 512, this alone ends searches
   * (distance adaptive beam search, Al-Jazzazi et al., arXiv:2505.15636): easy queries end soon,
   * hard ones get the time they need. gamma 0.05 to 0.1 finds 0.95 to 0.99 of the 10 nearest. Under
   * {@code cosine} and {@code inner_product}, distances are those between vectors of equal length.
   */
  public SearchOptions gamma(double other) {
    return new SearchOptions(k, ef, maxEf, (float) other, maxDistance, negatives, sketched);
  }

  /** The same without nodes farther than {@code distance}. */
  public SearchOptions maxDistance(double distance) {
    return new SearchOptions(k, ef, maxEf, gamma, (float) distance, negatives, sketched);
  }

  /** The same, away from {@code others}. */
  public SearchOptions negatives(Negatives others) {
    return new SearchOptions(k, ef, maxEf, gamma, maxDistance, others, sketched);
  }

  /**
   * The same, measuring only neighbors that may be near enough by their sketches: as good an
   * answer, within about 0.002 of recall, for about a third of the distances. Sketches are made by
   * the first such search of a segment, in some seconds for a million nodes, and take about as much
   * memory again as an index of float32 with 128 dimensions; they are for many queries. Searches
   * among less than two fifths of the nodes and searches without a graph do without. Not for {@code
   * l1}.
   */
  public SearchOptions withSketches() {
    return new SearchOptions(k, ef, maxEf, gamma, maxDistance, negatives, true);
  }

  /**
   * Checks what depends on the metric.
   *
   * @throws IllegalArgumentException when {@code maxDistance} is one that no two vectors have
   */
  public void check(Metric metric) {
    if (maxDistance < 0 && metric != Metric.INNER_PRODUCT) {
      throw new IllegalArgumentException(
          "maxDistance (%s) must be at least 0 under %s.".formatted(maxDistance, metric.id()));
    }
  }

  /** The same for {@code times} as many nodes, by a beam that is as much wider. */
  SearchOptions widened(double times) {
    return new SearchOptions(
        (int) Math.ceil(k * times),
        (int) Math.ceil(ef * times),
        (int) Math.ceil(maxEf * times),
        gamma,
        maxDistance,
        negatives,
        sketched);
  }

  /** Whether the beam grows until it has left the range. */
  boolean ranged() {
    return k > ef;
  }
}
