package dev.knit.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.knit.spark.cli.KnitCalls;
import dev.knit.vector.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.deploy.SparkSubmitArguments;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scala.jdk.javaapi.CollectionConverters;

/** Runs the code of the recipes as it stands on their pages, with some films and a directory. */
class RecipesTest {
  private static final Path DOCS = Path.of("..", "docs");
  private static final String FILMS = "notebooks/data/movies.parquet";
  private static final Pattern OWN_CLASS = Pattern.compile("dev\\.knit(\\.\\w+)+\\.[A-Z]\\w+");
  @TempDir static Path directory;

  @BeforeAll
  static void writeSomeFilms() {
    write("films", "id % 12 = 0 or id in (7, 42) or title in ('Alien', 'Aliens')", "*");
  }

  private static void write(String name, String condition, String columns) {
    LocalSpark.session()
        .read()
        .parquet("../" + FILMS)
        .filter(condition)
        .select(columns)
        .coalesce(2)
        .write()
        .parquet(directory.resolve(name + ".parquet").toString());
  }

  @Test
  void theCommandsOfTheReadmeWork() throws IOException {
    write("queries", "id % 500 = 1", "embedding");
    write("more", "id % 600 < 2", "*");
    Dataset<Row> films =
        LocalSpark.session().read().parquet(directory.resolve("films.parquet").toString());
    IndexSpec lean = IndexSpec.of("id", "embedding").metric(Metric.COSINE).m(6);
    KnitIndex.build(films, lean, directory.resolve("other").toString());
    List<String[]> replacements =
        List.of(
            new String[] {"/data/", directory + "/"},
            new String[] {"report.json", directory + "/report.json"},
            new String[] {"neighbors.csv", directory + "/neighbors.csv"},
            new String[] {"both.png", directory + "/both.png"},
            new String[] {"view.html", directory + "/view.html"});
    CodeBlock block =
        CodeBlock.of(Path.of("..", "README.md")).stream()
            .filter(candidate -> candidate.code().startsWith("./knit build"))
            .findFirst()
            .orElseThrow()
            .with(replacements);

    assertThat(block.commands()).hasSizeGreaterThan(15);
    block.commands().forEach(command -> run(block, command));
    assertThat(Files.readAllLines(directory.resolve("neighbors.csv"))).hasSizeGreaterThan(500);
    assertThat(directory.resolve("view.html")).isNotEmptyFile();
  }

  static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.list(DOCS)) {
      return files.filter(file -> file.toString().endsWith(".md")).sorted().toList();
    }
  }

  private static List<CodeBlock> blocks(Path page) throws IOException {
    Path own = directory.resolve(page.getFileName().toString().replace(".md", ""));
    List<String[]> replacements =
        List.of(
            new String[] {FILMS, directory.resolve("films.parquet").toString()},
            new String[] {"/data/", own + "/"});
    return CodeBlock.of(page).stream().map(block -> block.with(replacements)).toList();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void theBlocksOfAPageRunInOrder(Path page) throws Exception {
    SparkSession spark = LocalSpark.session();
    List<CodeBlock> python = new ArrayList<>();
    for (CodeBlock block : blocks(page)) {
      switch (block.language()) {
        case "java" -> JavaBlock.run(block, Map.of("spark", spark), target(block));
        case "sql" -> runSql(spark, block);
        case "bash" -> block.commands().forEach(command -> run(block, command));
        case "json" -> check(new ObjectMapper().readTree(block.code()), block);
        case "python" -> python.add(block);
        default -> throw new AssertionError(block + " is in no language that can be run.");
      }
      Matcher names = OWN_CLASS.matcher(block.code());
      while (names.find()) {
        assertThat(Class.forName(names.group())).isNotNull();
      }
    }
    if (!python.isEmpty()) {
      runPython(python);
    }
  }

  @Test
  void theIndexNamesAllPages() throws IOException {
    String index = Files.readString(DOCS.resolve("README.md"));

    assertThat(pages()).hasSizeGreaterThan(7);
    for (Path page : pages()) {
      String name = page.getFileName().toString();
      assertThat(name.equals("README.md") || index.contains("](" + name + ")")).as(name).isTrue();
    }
  }

  private static Path target(CodeBlock block) {
    return directory.resolve("classes-" + block.page().getFileName() + "-" + block.line());
  }

  /** Each query must find something. */
  private static void runSql(SparkSession spark, CodeBlock block) {
    for (String statement : block.statements()) {
      Dataset<Row> result = spark.sql(statement);
      List<Row> rows = result.collectAsList();
      if (statement.stripLeading().startsWith("SELECT")) {
        assertThat(rows).as(block + ": " + statement).isNotEmpty();
      }
    }
  }

  private static void run(CodeBlock block, String command) {
    if (command.startsWith("./knit ")) {
      assertThat(KnitCalls.failure(command.substring("./knit ".length())))
          .as(block + ": " + command)
          .isEmpty();
    } else {
      assertThat(command).as(block.toString()).startsWith("spark-submit ");
      parse(List.of(command.substring("spark-submit ".length()).split(" +")));
    }
  }

  /** Spark's own reading of the options, which fails where there is no such option. */
  private static void parse(List<String> options) {
    SparkSubmitArguments parsed =
        new SparkSubmitArguments(
            CollectionConverters.asScala(options).toSeq(),
            scala.collection.immutable.Map$.MODULE$.from(
                CollectionConverters.asScala(Map.of("HADOOP_CONF_DIR", "/etc/hadoop"))));
    assertThat(parsed.mainClass()).isNotEmpty();
    assertThat(parsed.primaryResource()).endsWith(".jar");
  }

  private static void check(JsonNode json, CodeBlock block) {
    List<JsonNode> arguments = json.findValues("Args");
    for (JsonNode list : arguments) {
      List<String> options = new ArrayList<>();
      list.forEach(word -> options.add(word.asText()));
      parse(options);
    }
    assertThat(arguments.size() + json.findValues("spark_conf").size())
        .as(block.toString())
        .isPositive();
  }

  private static void runPython(List<CodeBlock> blocks) throws Exception {
    String python = PythonEnvironment.with(PythonTest.PACKAGES, PythonTest.CHECK);
    String session =
        """
        from pyspark.sql import SparkSession
        spark = (SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
                 .config("spark.driver.host", "localhost").config("spark.driver.bindAddress", "127.0.0.1")
                 .config("spark.driver.extraClassPath", "%s")
                 .config("spark.sql.catalog.knit", "dev.knit.spark.catalog.KnitCatalog").getOrCreate())
        """
            .formatted(PythonTest.classPath());
    StringBuilder program = new StringBuilder(session);
    blocks.forEach(block -> program.append(block.code()).append('\n'));
    Path file = Files.writeString(directory.resolve("blocks.py"), program);
    Map<String, String> environment =
        Map.of(
            "PYTHONPATH",
            Path.of("src/main/python").toAbsolutePath().toString(),
            "PYTHONDONTWRITEBYTECODE",
            "1",
            "JAVA_HOME",
            System.getProperty("java.home"),
            "SPARK_LOCAL_IP",
            "127.0.0.1");
    String failure =
        PythonEnvironment.failure(
            Arrays.asList(python, file.toString()), environment, directory.resolve("python.txt"));
    assertThat(failure).as(blocks.toString()).isEmpty();
  }
}
