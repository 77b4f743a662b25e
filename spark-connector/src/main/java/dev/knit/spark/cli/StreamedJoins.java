package dev.knit.spark.cli;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;

import dev.knit.spark.KnitIndex;
import dev.knit.spark.KnnOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Joins against a table that others change meanwhile, and what they found. */
final class StreamedJoins {
  private static final int K = 10;

  private final SparkSession spark;
  private final String path;
  private final Dataset<Row> queries;
  private final PrintWriter out;
  private final List<Double> ages = new ArrayList<>();
  private final List<Double> recalls = new ArrayList<>();
  private final List<Double> seconds = new ArrayList<>();
  private long joined;

  /** Joins queries: an id, {@code query}, and a vector, {@code taste}. */
  StreamedJoins(SparkSession spark, String path, Dataset<Row> queries, PrintWriter out) {
    this.spark = spark;
    this.path = path;
    this.queries = queries;
    this.out = out;
  }

  /**
   * Joins once more when there is a new version with at least {@code fewest} rows.
   *
   * @param changing whether changes are still sent, so that the age of the newest one tells how
   *     fresh the table is
   */
  void join(int fewest, boolean changing) {
    long opened = System.currentTimeMillis();
    KnitIndex index = KnitIndex.open(spark, path);
    if (index.snapshot().version() == joined || index.snapshot().rows() < fewest) {
      return;
    }
    joined = index.snapshot().version();
    Timestamp newest = index.rows().agg(max("sent")).head().getTimestamp(0);
    double age = (opened - newest.getTime()) / 1e3;
    long start = System.nanoTime();
    Map<Long, float[]> found = distances(index, KnnOptions.of(K));
    double took = (System.nanoTime() - start) / 1e9;
    double recall = recall(found, distances(index, KnnOptions.of(K).exactly()));
    seconds.add(took);
    recalls.add(recall);
    if (changing) {
      ages.add(age);
    }
    out.printf(
        "Spark: version %d, %,d films in %d segments%s; joined %d with their %d nearest in %.1f s, recall %.4f%n",
        joined,
        index.snapshot().rows(),
        index.snapshot().segments().size(),
        changing ? ", the newest sent %.1f s ago".formatted(age) : "",
        found.size(),
        K,
        took,
        recall);
    out.flush();
  }

  /** The distances that each query's neighbors have, nearest first. */
  private Map<Long, float[]> distances(KnitIndex index, KnnOptions options) {
    List<Row> rows =
        index
            .knnJoin(queries, "taste", options)
            .select("query", "_rank", "_distance")
            .collectAsList();
    Map<Long, float[]> distances = new HashMap<>();
    for (Row row : rows) {
      distances.computeIfAbsent(row.getLong(0), query -> none())[row.getInt(1) - 1] =
          row.getFloat(2);
    }
    return distances;
  }

  private static float[] none() {
    float[] none = new float[K];
    Arrays.fill(none, Float.POSITIVE_INFINITY);
    return none;
  }

  /** The share of places that are filled by a row as near as the true tenth neighbor. */
  private static double recall(Map<Long, float[]> found, Map<Long, float[]> exact) {
    long near = 0;
    for (Map.Entry<Long, float[]> query : exact.entrySet()) {
      float farthest = query.getValue()[K - 1];
      for (float distance : found.getOrDefault(query.getKey(), none())) {
        near += distance <= farthest ? 1 : 0;
      }
    }
    return (double) near / (K * exact.size());
  }

  /**
   * Compares the table with what it must hold, and prints what was seen.
   *
   * @param expected lines of id and revision
   * @return whether nothing is lost, doubled or damaged
   */
  boolean summary(Path expected) throws IOException {
    join(K, false);
    KnitIndex index = KnitIndex.open(spark, path);
    boolean right = compare(index, revisions(expected));
    out.printf(
        "%d versions; %d joins by Spark meanwhile: median %.1f s, recall@%d at least %.4f%n",
        index.snapshot().version(), recalls.size(), median(seconds), K, lowest(recalls));
    out.printf(
        "The newest change that Spark found was sent %.1f s before (median of %d joins; Flink commits every 2 s)%n",
        median(ages), ages.size());
    out.flush();
    return right;
  }

  private boolean compare(KnitIndex index, Map<Long, Integer> expected) {
    List<Row> stored = index.rows().select(col("id"), col("revision")).collectAsList();
    Map<Long, Integer> rows = new TreeMap<>();
    stored.forEach(row -> rows.put(row.getLong(0), row.getInt(1)));
    int doubled = stored.size() - rows.size();
    long lost =
        expected.entrySet().stream()
            .filter(film -> !film.getValue().equals(rows.get(film.getKey())))
            .count();
    long gone = rows.keySet().stream().filter(id -> !expected.containsKey(id)).count();
    List<String> problems = index.verify().problems();
    out.printf(
        "%n%,d films sent and not taken out, %,d in the table: %d lost or old, %d that should be gone, %d doubled; %s%n",
        expected.size(),
        stored.size(),
        lost,
        gone,
        doubled,
        problems.isEmpty() ? "all files are whole" : problems);
    return lost + gone + doubled == 0 && problems.isEmpty();
  }

  private static Map<Long, Integer> revisions(Path file) throws IOException {
    Map<Long, Integer> revisions = new TreeMap<>();
    for (String line : Files.readAllLines(file)) {
      String[] cells = line.split(",");
      revisions.put(Long.valueOf(cells[0]), Integer.valueOf(cells[1]));
    }
    return revisions;
  }

  private static double lowest(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
  }

  private static double median(List<Double> values) {
    return values.isEmpty()
        ? Double.NaN
        : values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }
}
