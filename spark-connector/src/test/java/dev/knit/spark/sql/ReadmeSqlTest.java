package dev.knit.spark.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.spark.IndexSpec;
import dev.knit.spark.KnitIndex;
import dev.knit.spark.LocalSpark;
import dev.knit.vector.Metric;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the README's SQL as it stands there. */
class ReadmeSqlTest {
  private static final Path ROOT = Path.of("..");
  @TempDir Path directory;

  @Test
  void theStatementsOfTheReadmeAreAnsweredByTheIndex() throws Exception {
    SparkSession spark = LocalSpark.session();
    Dataset<Row> films =
        spark.read().parquet(ROOT + "/notebooks/data/movies.parquet").filter("id % 8 = 0");
    IndexSpec spec = IndexSpec.of("id", "embedding").metric(Metric.COSINE).partitions(2);
    KnitIndex index = KnitIndex.build(films, spec, directory.resolve("films").toString());
    films.filter("id % 500 = 0").createOrReplaceTempView("queries");
    float[] query = floats(spark.sql("select embedding from queries limit 1").head().getList(0));

    List<String> statements = statements(1);
    assertThat(statements).hasSize(3);
    for (String statement : statements) {
      Dataset<Row> found =
          spark.sql(statement.replace("/data/films", index.path()), Map.of("q", query));
      assertThat(SqlTables.plan(found)).containsPattern("k=10,? ef=");
      assertThat(found.collectAsList()).hasSizeGreaterThanOrEqualTo(10);
    }
  }

  @Test
  void theStatementsOfTheReadmeThatWriteDo() throws Exception {
    SparkSession spark = LocalSpark.session();
    spark.conf().set("spark.sql.catalog.readme", "dev.knit.spark.catalog.KnitCatalog");
    spark.conf().set("spark.sql.catalog.readme.warehouse", directory + "/warehouse");
    Dataset<Row> films =
        spark
            .read()
            .parquet(ROOT + "/notebooks/data/movies.parquet")
            .select("id", "embedding", "title", "year");
    films.filter("id % 32 = 0").createOrReplaceTempView("films");
    films.filter("id % 32 = 8").createOrReplaceTempView("more_films");
    float[] query = floats(spark.sql("select embedding from films limit 1").head().getList(0));
    long expected = films.filter("id % 32 = 0 or (id % 32 = 8 and year >= 1915)").count();

    List<List<Row>> results = new ArrayList<>();
    for (String statement : statements(2)) {
      String own = statement.replace("knit.", "readme.");
      results.add(spark.sql(own, Map.of("q", query)).collectAsList());
    }

    assertThat(spark.table("readme.db.films").count()).isEqualTo(expected);
    assertThat(spark.table("readme.db.films").columns()).contains("released");
    assertThat(results.get(8)).hasSize(5);
    assertThat(results.get(9)).hasSizeGreaterThan(10);
  }

  /** Those of the block of that number. */
  private static List<String> statements(int block) throws Exception {
    String readme = Files.readString(ROOT.resolve("README.md"));
    String code = readme.split("```sql")[block];
    return List.of(code.substring(0, code.indexOf("```")).strip().split(";"));
  }

  private static float[] floats(List<Float> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i);
    }
    return floats;
  }
}
