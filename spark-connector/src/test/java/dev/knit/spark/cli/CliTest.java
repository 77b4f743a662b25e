package dev.knit.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract that scripts rely on. */
class CliTest {
  private static final int ROWS = 3000;
  private static final int DIMENSION = 8;
  @TempDir static Path directory;

  private static String base;
  private static String queries;
  private static String index;

  private record Result(int code, String out, String err) {}

  @BeforeAll
  static void buildAnIndex() throws IOException {
    base = writeFvecs("base.fvecs", ROWS, 1);
    queries = writeFvecs("queries.fvecs.gz", 50, 2);
    index = directory.resolve("index").toString();
    Result built =
        knit(
            "build --input %s --index %s --partitions 3 --seed 7 --report %s"
                .formatted(base, index, directory.resolve("report.json")));
    assertThat(built.err()).isEmpty();
    assertThat(built.code()).isZero();
  }

  @Test
  void theReportTellsRowsPhasesAndBytes() throws IOException {
    JsonNode report = json("report.json");

    assertThat(report.get("rows").asInt()).isEqualTo(ROWS);
    assertThat(report.get("dimension").asInt()).isEqualTo(DIMENSION);
    assertThat(report.get("partitions").asInt()).isEqualTo(3);
    assertThat(report.get("phases").findValuesAsText("name"))
        .containsExactly("check", "division", "subgraphs", "pairs", "selection", "upper", "links");
    assertThat(report.get("partitioning").asText()).isEqualTo("cells");
    for (int phase = 1; phase < 7; phase++) {
      assertThat(report.get("phases").get(phase).get("distance_computations").asLong())
          .isPositive();
      assertThat(report.get("phases").get(phase).get("seconds").asDouble()).isPositive();
    }
    assertThat(report.get("bytes_written").asLong()).isGreaterThan(4L * ROWS * DIMENSION);
    assertThat(report.get("peak_heap_bytes").asLong()).isPositive();
  }

  @Test
  void aJoinWritesOneLinePerQueryAndNeighborInOrder() throws IOException {
    Path output = directory.resolve("join.csv");
    Result joined =
        knit("join --index %s --queries %s --k 4 --output %s".formatted(index, queries, output));

    assertThat(joined.err()).isEmpty();
    assertThat(joined.code()).isZero();
    List<String> lines = Files.readAllLines(output);
    assertThat(lines).hasSize(1 + 50 * 4);
    assertThat(lines.get(0)).isEqualTo("query_id,id,_distance,_rank");
    for (int line = 1; line < lines.size(); line++) {
      String[] cells = lines.get(line).split(",");
      assertThat(cells[0]).isEqualTo(String.valueOf((line - 1) / 4));
      assertThat(cells[3]).isEqualTo(String.valueOf((line - 1) % 4 + 1));
    }
  }

  @Test
  void anExactJoinAndAWideOneAgreeAndAFilterHolds() throws IOException {
    Path exact = directory.resolve("exact.csv");
    Path wide = directory.resolve("wide.csv");
    assertThat(joinFiltered(exact, "--exact").code()).isZero();
    assertThat(joinFiltered(wide, "--ef=2000").code()).isZero();

    assertThat(Files.readAllLines(wide)).isEqualTo(Files.readAllLines(exact));
    assertThat(Files.readAllLines(exact).stream().skip(1))
        .hasSize(150)
        .allSatisfy(line -> assertThat(Long.parseLong(line.split(",")[1])).isLessThan(1000));
  }

  @Test
  void evalMeasuresEachEf() throws IOException {
    Path file = directory.resolve("eval.json");
    Result eval =
        knit(
            "eval --index %s --queries %s --k 10 --ef 16,64,3000 --json %s"
                .formatted(index, queries, file));

    assertThat(eval.code()).isZero();
    assertThat(eval.out()).contains("recall@10");
    JsonNode points = json("eval.json").get("points");
    assertThat(points.findValuesAsText("ef")).containsExactly("16", "64", "3000");
    assertThat(points.get(2).get("recall").asDouble()).isEqualTo(1);
    assertThat(points.get(0).get("distance_computations_per_query").asDouble())
        .isPositive()
        .isLessThan(points.get(1).get("distance_computations_per_query").asDouble());
    assertThat(points.get(0).get("queries_per_second").asDouble()).isPositive();
  }

  @Test
  void evalComparesTwoIndexesAsTableJsonAndPicture() throws IOException {
    String poor = directory.resolve("poor").toString();
    assertThat(
            knit("build --input %s --index %s --m 4 --ef-construction 8 --partitioning hash"
                    .formatted(base, poor))
                .code())
        .isZero();
    Path png = directory.resolve("pictures/eval.png");
    Result eval =
        knit(
            "eval --index %s --compare %s --queries %s --ef 16,3000 --png %s --json %s"
                .formatted(index, poor, queries, png, directory.resolve("compared.json")));

    assertThat(eval.err()).isEmpty();
    assertThat(eval.code()).isZero();
    List<String> lines = eval.out().lines().toList();
    assertThat(lines.subList(0, 2)).containsExactly("1: file:" + index, "2: file:" + poor);
    assertThat(lines.get(2))
        .containsSubsequence("ef", "1: recall@10", "1: distances/query", "2: recall@10");
    assertThat(lines.subList(3, 5))
        .allSatisfy(line -> assertThat(line.split(" +")).hasSize(7))
        .satisfiesExactly(
            line -> assertThat(line).startsWith("16 "),
            line -> assertThat(line.split(" +")[1]).isEqualTo("1.0000"));
    JsonNode reports = json("compared.json");
    assertThat(reports.findValuesAsText("index")).containsExactly("file:" + index, "file:" + poor);
    assertThat(lines.get(3).split(" +")[4])
        .as("recall at ef 16 of the poor one, in the table as in the JSON")
        .isEqualTo("%.4f".formatted(reports.get(1).get("points").get(0).get("recall").asDouble()));
    assertThat(reports.get(1).get("points").get(0).get("recall").asDouble())
        .isLessThan(reports.get(0).get("points").get(0).get("recall").asDouble());
    BufferedImage picture = ImageIO.read(png.toFile());
    assertThat(picture.getWidth()).isEqualTo(1000);
    assertThat(colors(picture)).as("axes, text and two lines").isGreaterThan(4);
  }

  private static long colors(BufferedImage picture) {
    return IntStream.range(0, picture.getWidth() * picture.getHeight())
        .map(i -> picture.getRGB(i % picture.getWidth(), i / picture.getWidth()))
        .distinct()
        .count();
  }

  @Test
  void evalRefusesToCompareIndexesThatTheQueriesDoNotFit() throws IOException {
    String other = directory.resolve("narrow").toString();
    String narrow = writeFvecs("narrow.fvecs", 30, 3, DIMENSION - 1);
    assertThat(knit("build --input %s --index %s".formatted(narrow, other)).code()).isZero();

    assertFailure(
        "eval --index %s --compare %s --queries %s".formatted(index, other, queries),
        "dimension " + DIMENSION);
    assertFailure(
        "eval --index %s --compare nowhere --queries %s".formatted(index, queries),
        "is no Knit index");
  }

  @Test
  void anIndexIsChangedAndItsHistoryTold() throws IOException {
    String changed = directory.resolve("changed").toString();
    assertThat(knit("build --input %s --index %s --partitions 1".formatted(base, changed)).code())
        .isZero();
    String more = writeFvecs("more.fvecs", 20, 3);
    assertThat(knit("append --upsert --input %s --index %s".formatted(more, changed)).out())
        .isEqualTo("Version 2 (upsert): 3,000 rows in 2 segment(s).\n");
    assertThat(knit("delete --index %s --id 1,2,3,2999".formatted(changed)).out())
        .startsWith("Deleted 4 row(s).");
    assertThat(knit("tag --index %s --name small".formatted(changed)).code()).isZero();
    assertThat(knit("compact --all --index %s".formatted(changed)).out())
        .startsWith("Compacted 2 segment(s) into 1 of 2,996 rows; 24 deleted row(s) are gone.");
    assertThat(knit("verify --index %s".formatted(changed)).code()).isZero();
    assertThat(knit("rollback --index %s --to 1".formatted(changed)).out())
        .isEqualTo("Version 6 (rollback): 3,000 rows in 1 segment(s).\n");
    assertThat(knit("expire --index %s --keep 1".formatted(changed)).code()).isZero();
    assertThat(knit("vacuum --index %s --grace-hours 0".formatted(changed)).out())
        .contains("Would remove 4 file(s)");
    assertThat(knit("vacuum --index %s --grace-hours 0 --remove".formatted(changed)).out())
        .contains("Removed 4 file(s)");
    assertThat(knit("rollback --index %s --to small".formatted(changed)).out())
        .isEqualTo("Version 8 (rollback): 2,996 rows in 2 segment(s).\n");
    List<String> history = knit("history --index %s".formatted(changed)).out().lines().toList();
    assertThat(history).hasSize(4);
    assertThat(history.get(3)).matches(" +3  .*Z  delete +2,996 rows .* small");
    Result unknown = knit("rollback --index %s --to none".formatted(changed));
    assertThat(unknown.code()).isEqualTo(1);
    assertThat(unknown.err()).contains("has no tag 'none'; there are [small].");
  }

  @Test
  void searchFindsARowNearestToItself() {
    Result found = knit("search --index %s --id 42 --k 2".formatted(index));

    assertThat(found.code()).isZero();
    assertThat(found.out().lines().toList().get(1)).matches("42 +0\\.0000 +1");
  }

  @Test
  void searchKeepsToADistanceAndAwayFromNegatives() {
    Result near = knit("search --index %s --id 42 --max-distance 0 --adaptive".formatted(index));
    Result away =
        knit("search --index %s --id 42 --k 3 --negative 7 --negative=8".formatted(index));

    assertThat(near.out().lines().skip(1)).singleElement().asString().startsWith("42 ");
    assertThat(knit("search --index %s --id 42 --ef 256 --gamma 0.2".formatted(index)).out())
        .isEqualTo(knit("search --index %s --id 42 --exact".formatted(index)).out());
    assertThat(knit("search --index %s --id 42 --ef 256 --sketches".formatted(index)).out())
        .isEqualTo(knit("search --index %s --id 42 --exact".formatted(index)).out());
    assertThat(away.code()).isZero();
    assertThat(away.out())
        .isNotEqualTo(knit("search --index %s --id 42 --k 3".formatted(index)).out());
    assertThat(away.out().lines()).hasSize(4);
    assertFailure(
        "search --index %s --id 42 --negative [1,2]".formatted(index),
        "Negative 1 has dimension 2, but 8 was expected.");
    assertFailure(
        "search --index %s --id 42 --negative=-3".formatted(index), "no row whose id is -3");
    assertFailure(
        "search --index %s --id 42 --negative 7 --negative-weight 1".formatted(index),
        "must be less than 1 under l2");
  }

  @Test
  void infoAndVerifyTellWhatIsThere() {
    Result info = knit("info --index " + index);
    Result verified = knit("verify --index " + index);

    assertThat(info.out()).contains("3,000 rows of dimension 8, l2").contains("id (int64)");
    assertThat(verified.code()).isZero();
    assertThat(verified.out()).contains("all as written");
  }

  @Test
  void statsTellHowGoodTheGraphIs() throws IOException {
    Result stats = knit("stats --index %s --sample 50 --seed 3".formatted(index));
    Result wide = knit("stats --index %s --sample 50 --ef 3000 --json".formatted(index));

    assertThat(stats.err()).isEmpty();
    assertThat(stats.code()).isZero();
    assertThat(stats.out())
        .startsWith("Version 1: 3,000 rows in 1 segment(s)")
        .contains("3,000 rows, 3,000 nodes, m 16")
        .containsPattern("(?m)^0 +3,000 +3,000\\.0 +0 +")
        .containsPattern("Recall@10 at ef 64: [01]\\.\\d{4} ± 0\\.\\d{4} .*; 50 sampled nodes")
        .containsPattern("Greedy routes: \\d+ of 1000 arrive")
        .containsPattern("(?m)^Degrees on level 0:\\R +\\d+.*#$");
    assertThat(knit("stats --index %s --sample 50 --seed 3".formatted(index))).isEqualTo(stats);

    JsonNode graph = new ObjectMapper().readTree(wide.out()).at("/segments/0/graph");
    assertThat(graph.at("/recall/recall").asDouble()).isEqualTo(1);
    assertThat(graph.at("/recall/standard_error").asDouble()).isZero();
    assertThat(graph.at("/recall/distances_per_query").asDouble()).isGreaterThan(1000);
    assertThat(graph.at("/levels/0/unreachable").asInt(-1)).isZero();
    assertThat(graph.at("/levels/0/degree/histogram/0/nodes").asInt()).isPositive();
    assertThat(graph.at("/levels/1/expected_nodes").asDouble()).isEqualTo(187.5);
  }

  @Test
  void statsOfOneRowHaveNoEstimates() throws IOException {
    Path csv = directory.resolve("one.csv");
    Files.writeString(csv, "id,vector\n1,\"[1, 2]\"\n");
    String one = directory.resolve("one").toString();
    assertThat(knit("build --input %s --index %s --vector vector".formatted(csv, one)).err())
        .isEmpty();

    Result stats = knit("stats --index " + one);

    assertThat(stats.code()).isZero();
    assertThat(stats.out()).contains("1 rows, 1 nodes").doesNotContain("Recall");
  }

  @Test
  void verifyNamesADamagedFileAndFails() throws IOException {
    String damaged = directory.resolve("damaged").toString();
    assertThat(knit("build --input %s --index %s".formatted(base, damaged)).code()).isZero();
    Path graph;
    try (var files = Files.walk(Path.of(damaged))) {
      graph = files.filter(file -> file.endsWith("graph.knit")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(graph);
    bytes[bytes.length / 2] ^= 1;
    Files.write(graph, bytes);

    Result verified = knit("verify --index " + damaged);
    Result joined =
        knit(
            "join --index %s --queries %s --output %s"
                .formatted(damaged, queries, directory.resolve("damaged.csv")));

    assertThat(verified.code()).isEqualTo(1);
    assertThat(verified.out()).contains("graph.knit' is corrupt");
    assertThat(joined.code()).isEqualTo(1);
    assertThat(joined.err())
        .startsWith("knit: ")
        .contains("graph.knit' is corrupt")
        .hasLineCount(1);
  }

  @Test
  void csvAndJsonRowsMayWriteVectorsAsLists() throws IOException {
    Path csv = directory.resolve("rows.csv");
    Files.writeString(csv, "key,v,note\na,\"[1, 2]\",one\nb,\"[2, 1.5]\",two\n");
    Path jsonl = directory.resolve("rows.jsonl");
    Files.writeString(jsonl, "{\"key\":\"q\",\"v\":[1.1,2]}\n");
    String small = directory.resolve("small").toString();
    Path output = directory.resolve("small.json");

    assertThat(knit("build --input %s --index %s --id key --vector v".formatted(csv, small)).code())
        .isZero();
    assertThat(
            knit("join --index %s --queries %s --k 1 --output %s".formatted(small, jsonl, output))
                .code())
        .isZero();

    JsonNode row = new ObjectMapper().readTree(Files.readString(output));
    assertThat(row.get("query_key").asText()).isEqualTo("q");
    assertThat(row.get("key").asText()).isEqualTo("a");
    assertThat(row.get("note").asText()).isEqualTo("one");
    assertThat(row.get("_distance").asDouble()).isBetween(0.09, 0.11);
  }

  @Test
  void wrongCallsAreOneLineAndExitCodeTwo() {
    assertUsage("join --index i --queries q --output o.csv --k 0", "k (0) must be at least 1.");
    assertUsage(
        "join --index i --queries q --output o.csv --k 9 --ef 3", "ef (3) must be at least k (9).");
    assertUsage("build --input x --index y --metric euclid", "Metric 'euclid' is unknown");
    assertUsage(
        "build --input x --index y --quantization pq",
        "Quantization 'pq' is unknown; use one of none, int8.");
    assertUsage("build --input x --index y --m 1", "m (1) must be from 2 to 512.");
    assertUsage("build --index y", "Missing required option: '--input=<input>'");
    assertUsage("eval --index i --queries q --ef 5", "--ef (5) must be at least --k (10).");
    assertUsage(
        "search --index i --id 4 --gamma=-1", "gamma (-1.0) must be a number of at least 0.");
    assertUsage("stats --index i --k 5 --ef 4", "ef (4) must be at least k (5).");
    assertUsage("stats --index i --sample 1", "The sample (1) must have at least 2 queries");
    assertUsage("nonsense", "Unmatched argument");
  }

  @Test
  void failuresAreOneLineAndExitCodeOne() throws IOException {
    Path cut = directory.resolve("cut.fvecs");
    byte[] whole = Files.readAllBytes(Path.of(base));
    Files.write(cut, java.util.Arrays.copyOf(whole, whole.length - 3));
    String fresh = directory.resolve("fresh").toString();

    assertFailure(
        "build --input nothing.parquet --index " + fresh, "There is no file 'nothing.parquet'.");
    assertFailure("build --input %s --index %s".formatted(base, index), "There is an index at");
    assertFailure(
        "build --input %s --index %s --id key".formatted(base, fresh), "There is no column 'key'");
    assertFailure("build --input %s --index %s".formatted(cut, fresh), "is cut off in row 2999.");
    assertFailure("info --index " + directory, "is no Knit index");
    assertFailure("stats --index " + directory, "is no Knit index");
    assertFailure(
        "join --index %s --queries %s --output %s".formatted(index, queries, base), "exists");
    assertFailure(
        "join --index %s --queries %s --output %s"
            .formatted(index, queries, directory.resolve("x.txt")),
        "unknown extension");
    assertFailure("search --index %s --id -3".formatted(index), "no row whose id is -3");
    assertFailure(
        "search --index %s --vector [1,2]".formatted(index),
        "has dimension 2, but 8 was expected.");
  }

  @Test
  void aPlaceThatTakesNoFilesIsTold() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertFailure(
        "build --input %s --index %s".formatted(base, file.resolve("index")),
        "'%s' cannot be made: a file is in its place".formatted(file));
  }

  private static Result joinFiltered(Path output, String option) {
    return run(
        "join",
        "--index",
        index,
        "--queries",
        queries,
        "--k",
        "3",
        "--filter",
        "id < 1000",
        "--output",
        output.toString(),
        option);
  }

  private static void assertUsage(String call, String message) {
    Result result = knit(call);
    assertThat(result.err()).startsWith("knit: ").contains(message).hasLineCount(1);
    assertThat(result.code()).isEqualTo(2);
  }

  private static void assertFailure(String call, String message) {
    Result result = knit(call);
    assertThat(result.err()).startsWith("knit: ").contains(message).hasLineCount(1);
    assertThat(result.code()).isEqualTo(1);
  }

  private static Result knit(String call) {
    return run(call.split(" "));
  }

  private static Result run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    return new Result(code, out.toString(), err.toString());
  }

  private static JsonNode json(String name) throws IOException {
    return new ObjectMapper().readTree(directory.resolve(name).toFile());
  }

  private static String writeFvecs(String name, int rows, long seed) throws IOException {
    return writeFvecs(name, rows, seed, DIMENSION);
  }

  private static String writeFvecs(String name, int rows, long seed, int dimension)
      throws IOException {
    Path file = directory.resolve(name);
    Random random = new Random(seed);
    OutputStream plain = Files.newOutputStream(file);
    try (DataOutputStream out =
        new DataOutputStream(name.endsWith(".gz") ? new GZIPOutputStream(plain) : plain)) {
      for (int row = 0; row < rows; row++) {
        out.writeInt(Integer.reverseBytes(dimension));
        for (int i = 0; i < dimension; i++) {
          int bits = Float.floatToRawIntBits((float) random.nextGaussian());
          out.writeInt(Integer.reverseBytes(bits));
        }
      }
    }
    return file.toString();
  }
}
