package dev.knit.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.knit.spark.IndexSpec;
import dev.knit.spark.KnitIndex;
import dev.knit.spark.LocalSpark;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages of unusual indexes, by what is in them. */
class ViewCommandTest {
  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int view(String path, String... more) {
    String[] call = new String[5 + more.length];
    System.arraycopy(more, 0, call, 5, more.length);
    call[0] = "view";
    call[1] = "--index";
    call[2] = path;
    call[3] = "--output";
    call[4] = directory.resolve("pages/page.html").toString();
    return Main.run(new PrintWriter(out), new PrintWriter(err), call);
  }

  private JsonNode page(String path, String... more) throws IOException {
    assertThat(view(path, more)).as(err.toString()).isZero();
    assertThat(out.toString()).startsWith("Wrote ").contains("page.html");
    String page = Files.readString(directory.resolve("pages/page.html"));
    String data = page.substring(page.indexOf("id=\"data\">") + 10);
    return new ObjectMapper().readTree(data.substring(0, data.indexOf("</script>")));
  }

  private String build(String columns, long rows) {
    String path = directory.resolve("index" + rows).toString();
    Dataset<Row> table = LocalSpark.session().range(rows).selectExpr("id", columns + " as v");
    KnitIndex.build(table, IndexSpec.of("id", "v").partitions(1), path);
    return path;
  }

  private String created(String insert) {
    String path = directory.resolve("table").toString();
    LocalSpark.session()
        .sql(
            "create table knit.`%s` (id bigint, v array<float>) tblproperties('dimension' = '2')"
                .formatted(path));
    if (insert != null) {
      LocalSpark.session().sql("insert into knit.`%s` %s".formatted(path, insert));
    }
    return path;
  }

  @Test
  void oneRowHasAMapAndAWalkButNoRecall() throws IOException {
    JsonNode page = page(build("array(1f, 2f)", 1));

    assertThat(page.get("recall").isNull()).isTrue();
    assertThat(page.get("map").get("mapped").asInt()).isEqualTo(1);
    assertThat(page.get("walks").get(0).get("found").size()).isEqualTo(1);
  }

  @Test
  void oneDimensionIsALine() throws IOException {
    JsonNode page = page(build("array(float(id))", 40));

    assertThat(page.get("map").get("variance").get(0).asDouble()).isGreaterThan(0.999);
    assertThat(page.get("map").get("nodes").get("y").findValues("none")).isEmpty();
    page.get("map").get("nodes").get("y").forEach(y -> assertThat(y.asDouble()).isZero());
  }

  @Test
  void moreNeighborsThanRowsAreAllRows() throws IOException {
    JsonNode page =
        page(build("array(float(id), 1f)", 6), "--k", "20", "--ef", "20,40", "--walk-ef", "20");

    assertThat(page.get("recall").get("points").get(0).get("recall").asDouble()).isEqualTo(1);
    assertThat(page.get("walks").get(0).get("found").size()).isEqualTo(6);
  }

  @Test
  void anIndexWithoutRowsHasFactsAndVersions() throws IOException {
    JsonNode page = page(created(null));

    assertThat(page.get("index").get("rows").asLong()).isZero();
    assertThat(page.get("map").get("mapped").asInt()).isZero();
    assertThat(page.get("history").size()).isEqualTo(1);
    assertThat(page.get("segments").size()).isZero();
  }

  @Test
  void rowsWithoutAGraphAreMeasured() throws IOException {
    JsonNode page = page(created("select id, array(float(id), float(id % 7)) from range(50)"));

    assertThat(page.get("index").get("withoutGraph").asInt()).isEqualTo(50);
    assertThat(page.get("segments").get(0).get("graph").isNull()).isTrue();
    assertThat(page.get("map").get("mapped").asInt()).isEqualTo(50);
    assertThat(page.get("walks").get(0).get("scanned").asInt()).isEqualTo(50);
    assertThat(page.get("walks").get(0).get("steps").size()).isZero();
    assertThat(page.get("recall").get("points").get(0).get("recall").asDouble()).isEqualTo(1);
  }

  @Test
  void whatIsNoIndexIsRefused() {
    assertThat(view(directory.toString())).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("knit: '%s' is no Knit index: there is no version in".formatted(directory));
    assertThat(directory.resolve("pages")).doesNotExist();
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    assertThat(view("anywhere", "--k", "20")).isEqualTo(2);
    assertThat(err.toString()).startsWith("knit: --ef (10) must be at least --k (20).");
  }

  @Test
  void aLabelThatIsNoColumnIsRefused() {
    String path = build("array(float(id), 1f)", 5);

    assertThat(view(path, "--label", "title")).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("knit: There is no metadata column 'title'; there are [].");
  }
}
