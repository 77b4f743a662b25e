package dev.knit.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.vector.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the README's Java as it stands there. */
class ReadmeTest {
  private static final Path ROOT = Path.of("..");
  @TempDir Path directory;

  @Test
  void theTenLinesWork() {
    SparkSession spark = LocalSpark.session();
    String path = directory.resolve("films").toString();
    Dataset<Row> films = spark.read().parquet(ROOT + "/notebooks/data/movies.parquet");
    IndexSpec spec = IndexSpec.of("id", "embedding").metric(Metric.COSINE);
    KnitIndex index = KnitIndex.build(films, spec, path);

    Dataset<Row> viewed = films.filter("title = 'Alien'").select("title", "embedding");
    KnnOptions nearest = KnnOptions.of(10).ef(100).filter("year >= 1990").rightPrefix("similar_");
    Dataset<Row> similar = Knit.knnJoin(viewed, "embedding", index, nearest);
    similar.select("title", "similar_title", "similar_year", "_distance", "_rank").show();

    Column neighbors = index.search(functions.col("embedding"), KnnOptions.of(3));
    assertThat(similar.collectAsList())
        .isNotEmpty()
        .allSatisfy(row -> assertThat(row.<Integer>getAs("similar_year")).isGreaterThan(1989));
    assertThat(viewed.select(functions.explode(neighbors)).collectAsList()).hasSize(3);
  }

  @Test
  void theJoinsWithoutAnIndexWork() throws Exception {
    List<CodeBlock> java =
        CodeBlock.of(ROOT.resolve("README.md")).stream()
            .filter(block -> block.language().equals("java"))
            .toList();
    Dataset<Row> items =
        TestTables.items(300, 4, 1).selectExpr("id", "v", "part as price", "id % 3 as tenant");
    Map<String, Object> names =
        Map.of(
            "queries", TestTables.queries(5, 4, 2),
            "items", items,
            "users", items.selectExpr("v as taste", "tenant", "50 as budget"),
            "index", KnitIndex.build(items, IndexSpec.of("id", "v"), directory + "/items"));

    JavaBlock.run(java.get(1), names, directory.resolve("classes"));
  }

  @Test
  void theReadmeSaysWhatThisTestRuns() throws IOException {
    String readme = Files.readString(ROOT.resolve("README.md"));
    String code = readme.substring(readme.indexOf("```java") + 7);
    List<String> lines =
        code.substring(0, code.indexOf("```"))
            .lines()
            .map(line -> line.replaceFirst("//.*", "").strip())
            .filter(line -> !line.isEmpty())
            .map(line -> line.replace("(\"notebooks/", "(ROOT + \"/notebooks/"))
            .toList();
    String test =
        Files.readString(Path.of("src/test/java/dev/knit/spark/ReadmeTest.java"))
            .replaceAll("\\s+", " ");

    assertThat(lines).hasSizeGreaterThan(8);
    assertThat(lines).allSatisfy(line -> assertThat(test).contains(line));
  }
}
