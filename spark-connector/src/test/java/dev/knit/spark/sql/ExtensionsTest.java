package dev.knit.spark.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.spark.LocalSpark;
import dev.knit.spark.TestTables;
import dev.knit.vector.Metric;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExtensionsTest {
  private static final String QUERY =
      "select q, id from queries_twice join knit.`%s` d approx nearest 2 by distance vector_l2_distance(v, qv)";
  @TempDir Path directory;

  @AfterEach
  void restore() {
    SparkSession.setActiveSession(LocalSpark.session());
  }

  @Test
  void namingTheClassBesideTheServiceLoaderChangesNothing() {
    SparkSession first = LocalSpark.session();
    SqlTables.indexed(SqlTables.plain("plain_twice", 60, 2), "twice", Metric.L2, directory);
    Dataset<Row> queries = TestTables.queries(5, SqlTables.DIMENSION, 2);
    List<Row> rows = queries.collectAsList();
    SparkSession.clearActiveSession();
    SparkSession.clearDefaultSession();
    try {
      SparkSession twice =
          SparkSession.builder()
              .withExtensions(extensions -> new KnitExtensions().apply(extensions))
              .getOrCreate();
      assertThat(twice).isNotSameAs(first);
      twice.createDataFrame(rows, queries.schema()).createOrReplaceTempView("queries_twice");
      twice.conf().set("spark.sql.catalog.knit", "dev.knit.spark.catalog.KnitCatalog");
      var joined = twice.sql(QUERY.formatted(directory.resolve("twice")));

      assertThat(SqlTables.plan(joined).split("KnitNearestJoin", -1)).hasSize(3);
      assertThat(joined.collectAsList()).hasSize(10);
    } finally {
      SparkSession.setDefaultSession(first);
    }
  }
}
