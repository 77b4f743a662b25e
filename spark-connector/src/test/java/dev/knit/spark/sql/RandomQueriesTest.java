package dev.knit.spark.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.spark.LocalSpark;
import dev.knit.spark.TestTables;
import dev.knit.vector.Metric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RuntimeConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random queries, each on an index and on a plain table that Spark searches by itself. There are so
 * few rows that approximate searches measure all; and no two are so nearly as far from a query that
 * rounding could tell them apart.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RandomQueriesTest {
  private static final int QUERIES = Integer.getInteger("knit.queries", 40);
  private static final long SEED = Long.getLong("knit.seed", 2026);
  private static final int ROWS = 260;
  private static final float GAP = 2e-6f;
  @TempDir static Path directory;
  private List<float[]> vectors;

  @BeforeAll
  void build() {
    List<float[]> rows = TestTables.clustered(ROWS, SqlTables.DIMENSION, SEED);
    vectors = farFromTies(rows);
    var items = TestTables.items(rows);
    items.createOrReplaceTempView("plain_random");
    TestTables.queries(vectors).createOrReplaceTempView("queries");
    for (Metric metric : List.of(Metric.L2, Metric.COSINE, Metric.INNER_PRODUCT)) {
      SqlTables.indexed(items, "random_" + metric.id(), metric, directory);
    }
  }

  @AfterAll
  void forget() {
    conf(true);
  }

  @Test
  void rowsAreThoseThatSparkFinds() {
    QueryGenerator queries = new QueryGenerator(SEED, vectors);
    int byIndex = 0;
    for (int i = 0; i < QUERIES; i++) {
      conf(i % 10 == 0);
      QueryGenerator.Query query = queries.next();
      String onIndex = query.sql().replace("DOCS", "random_" + query.metric().id());
      assertThat(rows(onIndex, query.ordered()))
          .as("query %d of seed %d: %s", i, SEED, onIndex)
          .isEqualTo(rows(query.sql().replace("DOCS", "plain_random"), query.ordered()));
      byIndex += plan(onIndex).contains(" k=") ? 1 : 0;
    }
    assertThat(byIndex).as("queries answered by the index").isGreaterThan(QUERIES * 3 / 4);
  }

  private static List<String> rows(String sql, boolean ordered) {
    List<String> rows =
        LocalSpark.session().sql(sql).collectAsList().stream()
            .map(Row::toString)
            .collect(Collectors.toCollection(ArrayList::new));
    if (!ordered) {
      rows.sort(Comparator.naturalOrder());
    }
    return rows;
  }

  private static String plan(String sql) {
    return SqlTables.plan(LocalSpark.session().sql(sql));
  }

  /** Mostly without generated code, which takes longer to compile than such queries to run. */
  private static void conf(boolean codegen) {
    RuntimeConfig conf = LocalSpark.session().conf();
    conf.set("spark.sql.codegen.wholeStage", codegen);
    conf.set("spark.sql.codegen.factoryMode", codegen ? "FALLBACK" : "NO_CODEGEN");
  }

  private static List<float[]> farFromTies(List<float[]> rows) {
    Random random = new Random(SEED);
    List<float[]> chosen = new ArrayList<>();
    while (chosen.size() < 12) {
      float[] vector = rows.get(random.nextInt(ROWS)).clone();
      for (int i = 0; i < vector.length; i++) {
        vector[i] += (float) (0.3 * random.nextGaussian());
      }
      if (!hasNearTies(vector, rows)) {
        chosen.add(vector);
      }
    }
    return chosen;
  }

  private static boolean hasNearTies(float[] query, List<float[]> rows) {
    for (int measure = 0; measure < 3; measure++) {
      double[] sorted = new double[rows.size()];
      for (int i = 0; i < sorted.length; i++) {
        sorted[i] = measured(measure, query, rows.get(i));
      }
      Arrays.sort(sorted);
      for (int i = 1; i < sorted.length; i++) {
        if (sorted[i] - sorted[i - 1] < GAP * Math.max(1, Math.abs(sorted[i]))) {
          return true;
        }
      }
    }
    return false;
  }

  private static double measured(int measure, float[] a, float[] b) {
    double dot = 0;
    double squares = 0;
    double norm = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      squares += Math.pow((double) a[i] - b[i], 2);
      norm += (double) b[i] * b[i];
    }
    return measure == 0 ? Math.sqrt(squares) : measure == 1 ? dot : dot / Math.sqrt(norm);
  }
}
