package dev.knit.spark.sql;

import dev.knit.hnsw.SearchOptions;
import dev.knit.spark.KnnOptions;
import java.util.Locale;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * How queries are answered: by the options of a read, in SQL {@code WITH ('ef' = '200')}, or else
 * by the session's {@code spark.knit.…} of the same names.
 *
 * @param ef the width of the beam, 64 by default; never less than k
 * @param maxEf how wide it may grow until the answer is stable; {@code ef} by default
 * @param gamma see {@link SearchOptions#gamma(double)}; infinite by default
 * @param sketches see {@link SearchOptions#withSketches()}; {@code false} by default
 * @param exact whether approximate queries measure all rows too: {@code search} is {@code graph} by
 *     default, or {@code exact}
 */
record SearchConf(int ef, int maxEf, double gamma, boolean sketches, boolean exact) {

  /**
   * What is said for one table of a query.
   *
   * @throws IllegalArgumentException when a value is none of its option
   */
  static SearchConf of(CaseInsensitiveStringMap options) {
    int ef = number(options, "ef", KnnOptions.DEFAULT_EF);
    int maxEf = number(options, "max_ef", ef);
    if (maxEf < ef) {
      throw new IllegalArgumentException(
          "max_ef (%d) must be at least ef (%d).".formatted(maxEf, ef));
    }
    return new SearchConf(ef, maxEf, gamma(options), sketches(options), exact(options));
  }

  /** Searches for the {@code k} nearest. */
  SearchOptions options(int k) {
    int beam = Math.max(k, ef);
    SearchOptions search = SearchOptions.of(k, beam).adaptive(Math.max(beam, maxEf)).gamma(gamma);
    return sketches ? search.withSketches() : search;
  }

  private static int number(CaseInsensitiveStringMap options, String key, int otherwise) {
    String text = text(options, key, Integer.toString(otherwise));
    if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) < 1) {
      throw new IllegalArgumentException(
          "%s ('%s') must be a whole number of at least 1.".formatted(key, text));
    }
    return Integer.parseInt(text);
  }

  private static double gamma(CaseInsensitiveStringMap options) {
    String text = text(options, "gamma", "Infinity");
    try {
      double gamma = Double.parseDouble(text);
      if (gamma >= 0) {
        return gamma;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new IllegalArgumentException(
        "gamma ('%s') must be a number of at least 0.".formatted(text));
  }

  private static boolean sketches(CaseInsensitiveStringMap options) {
    String text = text(options, "sketches", "false").toLowerCase(Locale.ROOT);
    if (!text.equals("true") && !text.equals("false")) {
      throw new IllegalArgumentException("sketches ('%s') must be true or false.".formatted(text));
    }
    return text.equals("true");
  }

  private static boolean exact(CaseInsensitiveStringMap options) {
    String text = text(options, "search", "graph").toLowerCase(Locale.ROOT);
    return switch (text) {
      case "graph" -> false;
      case "exact" -> true;
      default ->
          throw new IllegalArgumentException(
              "search ('%s') must be graph or exact.".formatted(text));
    };
  }

  private static String text(CaseInsensitiveStringMap options, String key, String otherwise) {
    String given = options.get(key);
    return given != null ? given : SQLConf.get().getConfString("spark.knit." + key, otherwise);
  }
}
