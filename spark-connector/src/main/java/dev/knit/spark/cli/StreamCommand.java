package dev.knit.spark.cli;

import dev.knit.io.HadoopFileIO;
import dev.knit.table.IndexTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code knit stream}: Kafka, Flink and Spark on one table of films. */
@Command(
    name = "stream",
    description =
        "Stream changes of films through Kafka and Flink into a table; Spark joins against it meanwhile.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class StreamCommand implements Callable<Integer> {
  private static final int QUERIES = 500;
  private static final int FEWEST_FILMS = 100;
  private static final Path HOME = Path.of(System.getProperty("knit.home", "."));

  @Spec private CommandSpec command;

  @Option(names = "--films", description = "The films, as parquet.")
  private Path films = HOME.resolve("notebooks/data/movies.parquet");

  @Option(names = "--limit", description = "So many of them.")
  private int limit = 34_505;

  @Option(names = "--rate", description = "Changes sent per second.")
  private int rate = 1000;

  @Option(
      names = "--warehouse",
      description = "Where the table cinema.films is made; replaced if it is there.")
  private Path warehouse = Path.of("knit-index/stream");

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (limit < QUERIES || rate < 1) {
      throw new IllegalArgumentException(
          "The stream needs a limit (%d) of at least %d films and a rate (%d) of at least 1."
              .formatted(limit, QUERIES, rate));
    }
    SparkSession spark = LocalSession.start();
    HadoopFileIO files = new HadoopFileIO(spark.sparkContext().hadoopConfiguration());
    Path table = warehouse.toAbsolutePath().resolve("cinema/films");
    Path work = Files.createTempDirectory("knit-stream");
    try {
      files.deleteDirectory(table.toString());
      return stream(spark, new IndexTable(files, table.toString()), work) ? 0 : 1;
    } finally {
      files.deleteDirectory(work.toString());
    }
  }

  private boolean stream(SparkSession spark, IndexTable table, Path work)
      throws IOException, InterruptedException {
    PrintWriter out = command.commandLine().getOut();
    Dataset<Row> sent = Inputs.read(spark, films.toString()).limit(limit).persist();
    Path json = work.resolve("films");
    sent.select("id", "embedding", "title", "year").coalesce(1).write().json(json.toString());
    out.printf("%,d films go through Kafka and Flink into %s%n", sent.count(), table.path());
    out.flush();
    Dataset<Row> queries =
        sent.selectExpr("CAST(id AS BIGINT) AS query", "embedding AS taste").limit(QUERIES);
    StreamedJoins joins = new StreamedJoins(spark, table.path(), queries.persist(), out);
    try (StreamProcess stream =
        StreamProcess.start(HOME, work, out, json, warehouse.toAbsolutePath(), work, rate)) {
      while (stream.isAlive()) {
        if (table.exists()) {
          joins.join(FEWEST_FILMS, stream.isSending());
        }
        Thread.sleep(500);
      }
    }
    return joins.summary(work.resolve("revisions.csv"));
  }
}
