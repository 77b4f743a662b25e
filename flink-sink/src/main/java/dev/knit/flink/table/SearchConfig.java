package dev.knit.flink.table;

import dev.knit.hnsw.SearchOptions;
import dev.knit.vector.Metric;
import java.io.Serializable;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.table.api.ValidationException;

/**
 * What {@code CONFIG} says of a search.
 *
 * @param ef width of the beam; k when that is larger
 * @param exact whether all rows are measured
 * @param maxDistance rows farther are left out; infinite for none
 * @param minScore rows with less are left out; minus infinity for none
 */
record SearchConfig(int ef, boolean exact, double maxDistance, double minScore)
    implements Serializable {
  private static final int DEFAULT_EF = 64;
  private static final String EF = "ef";
  private static final String EXACT = "exact";
  private static final String MAX_DISTANCE = "max-distance";
  private static final String MIN_SCORE = "min-score";
  private static final Set<String> OWN = Set.of(EF, EXACT, MAX_DISTANCE, MIN_SCORE);

  /** Keys that Flink itself reads. */
  private static final Set<String> FLINKS =
      Set.of("async", "output-mode", "max-concurrent-operations", "timeout");

  /**
   * Reads CONFIG.
   *
   * @throws ValidationException when a key is unknown or a value is none of its key
   */
  static SearchConfig of(Map<String, String> config) {
    Set<String> unknown = new TreeSet<>(config.keySet());
    unknown.removeAll(OWN);
    unknown.removeAll(FLINKS);
    if (!unknown.isEmpty()) {
      throw new ValidationException(
          "VECTOR_SEARCH of a Knit table has no CONFIG key '%s'; it has %s, and of Flink %s."
              .formatted(unknown.iterator().next(), new TreeSet<>(OWN), new TreeSet<>(FLINKS)));
    }
    return new SearchConfig(
        ef(config.getOrDefault(EF, Integer.toString(DEFAULT_EF))),
        exact(config.getOrDefault(EXACT, "false")),
        number(MAX_DISTANCE, config.getOrDefault(MAX_DISTANCE, "Infinity")),
        number(MIN_SCORE, config.getOrDefault(MIN_SCORE, "-Infinity")));
  }

  /** Searches for the {@code k} nearest. */
  SearchOptions options(int k) {
    return SearchOptions.of(k, Math.max(k, ef));
  }

  /** Whether a row that was found is wanted. */
  boolean admits(double distance, double score) {
    return distance <= maxDistance && score >= minScore;
  }

  /**
   * The score of a row, the higher the nearer: the cosine of the angle under {@code cosine}, the
   * product under {@code inner_product}, and 1 / (1 + distance) under {@code l2} and {@code l1}.
   */
  static double score(Metric metric, float distance) {
    return switch (metric) {
      case COSINE -> 1.0 - distance;
      case INNER_PRODUCT -> 0.0 - distance;
      case L2, L1 -> 1 / (1.0 + distance);
    };
  }

  private static int ef(String text) {
    if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) < 1) {
      throw invalid(EF, text, "a whole number of at least 1");
    }
    return Integer.parseInt(text);
  }

  private static boolean exact(String text) {
    if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
      throw invalid(EXACT, text, "true or false");
    }
    return Boolean.parseBoolean(text);
  }

  private static double number(String key, String text) {
    try {
      double number = Double.parseDouble(text);
      if (!Double.isNaN(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw invalid(key, text, "a number");
  }

  private static ValidationException invalid(String key, String text, String expected) {
    return new ValidationException(
        "CONFIG of VECTOR_SEARCH: %s ('%s') must be %s.".formatted(key, text, expected));
  }
}
