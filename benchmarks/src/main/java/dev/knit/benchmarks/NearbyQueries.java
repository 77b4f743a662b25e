package dev.knit.benchmarks;

import java.util.Random;

/** More queries than a data set has, of the same distribution as good as. */
final class NearbyQueries {
  private static final long SEED = 7;

  /** How far a copy is from its query, as a share of the length of that. */
  private static final double MOVED = 0.05;

  private NearbyQueries() {}

  /** The queries, and behind them further copies of all, each moved another way. */
  static float[][] of(float[][] queries, int copies) {
    Random random = new Random(SEED);
    float[][] all = new float[Math.multiplyExact(queries.length, copies)][];
    for (int i = 0; i < all.length; i++) {
      all[i] = i < queries.length ? queries[i] : moved(queries[i % queries.length], random);
    }
    return all;
  }

  private static float[] moved(float[] query, Random random) {
    double squares = 0;
    for (float value : query) {
      squares += (double) value * value;
    }
    double deviation = MOVED * Math.sqrt(squares / query.length);
    float[] moved = new float[query.length];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = (float) (query[i] + deviation * random.nextGaussian());
    }
    return moved;
  }
}
