package dev.knit.spark;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The JVM client of Spark Connect, without any of Knit's classes, on a server in a process of its
 * own: all statements give what they give in this process. Both are those that PySpark brings.
 */
class ConnectClientTest {
  private static final long PATIENCE_SECONDS = 300;

  @TempDir Path directory;

  @Test
  void aClientGetsWhatASessionInTheDriverGets() throws Exception {
    Path jars = jars();
    Files.createDirectories(directory.resolve("here"));
    Files.createDirectories(directory.resolve("there"));
    Properties expected = Main.run(LocalSpark.session(), directory.resolve("here").toString());
    int port = freePort();
    Process server = server(jars, port);
    try {
      await(server, port);
      Properties found =
          ChildJvm.run(
              Main.class,
              directory.resolve("there"),
              Map.of("CLASSPATH", clientClassPath(jars)),
              "-Dknit.remote=sc://localhost:" + port);

      assertThat(found).isEqualTo(expected).hasSize(13);
    } finally {
      server.destroy();
      server.waitFor(30, TimeUnit.SECONDS);
    }
  }

  private static Path jars() throws Exception {
    String python = PythonEnvironment.with(PythonTest.PACKAGES, PythonTest.CHECK);
    Process process =
        new ProcessBuilder(python, "-c", "import pyspark; print(pyspark.__path__[0])").start();
    String path = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return Path.of(path.strip(), "jars");
  }

  private Process server(Path jars, int port) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "@" + Path.of("..", "core", "jvm.options").toAbsolutePath(),
            "-Xmx1g",
            "-Dspark.master=local[2]",
            "-Dspark.app.name=server",
            "-Dspark.ui.enabled=false",
            "-Dspark.driver.host=localhost",
            "-Dspark.sql.shuffle.partitions=2",
            "-Dspark.connect.grpc.binding.port=" + port,
            "org.apache.spark.sql.connect.service.SparkConnectServer");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("server.txt").toFile());
    builder
        .environment()
        .put("CLASSPATH", jars + "/*" + File.pathSeparator + PythonTest.classPath());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    return builder.start();
  }

  private void await(Process server, int port) throws Exception {
    for (int attempt = 0; attempt < PATIENCE_SECONDS * 5; attempt++) {
      try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException e) {
        assertThat(server.isAlive()).as(() -> log(directory.resolve("server.txt"))).isTrue();
        TimeUnit.MILLISECONDS.sleep(200);
      }
    }
    throw new AssertionError(log(directory.resolve("server.txt")));
  }

  private static String log(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** As Spark's launcher has it for clients, and the class that is run. */
  private static String clientClassPath(Path jars) throws IOException {
    List<String> entries = new ArrayList<>();
    try (Stream<Path> client = Files.list(jars.resolve("connect-repl"));
        Stream<Path> others = Files.list(jars)) {
      client.filter(jar -> isNamed(jar, "spark-connect-client-jvm_")).forEach(j -> add(entries, j));
      others
          .filter(jar -> !isNamed(jar, "spark-sql_") && !isNamed(jar, "spark-connect_"))
          .filter(jar -> jar.toString().endsWith(".jar"))
          .forEach(jar -> add(entries, jar));
    }
    Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> Files.exists(Path.of(entry, "dev/knit/spark/ConnectClientTest.class")))
        .forEach(entries::add);
    return String.join(File.pathSeparator, entries);
  }

  private static void add(List<String> entries, Path jar) {
    entries.add(jar.toString());
  }

  private static boolean isNamed(Path jar, String start) {
    return jar.getFileName().toString().startsWith(start);
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0)) {
      return probe.getLocalPort();
    }
  }

  /** The client. Has nothing to do with classes of Knit. */
  static final class Main {
    private static final String TABLE = "knit.`DIR/index`";
    private static final String ROWS =
        "select id, array(float(id), float(id % 7)) as v, 'row ' || id as name, int(id % 10) as part"
            + " from range(300)";
    private static final Map<String, String> STATEMENTS =
        Map.of(
            "approx",
            "select q, id, d._rank, d._distance from (select id as q, array(float(id) + 0.3f, 2f) as"
                + " qv from range(20)) join TABLE d approx nearest 4 by distance"
                + " vector_l2_distance(qv, v) order by all",
            "top",
            "select id, _rank from TABLE with ('ef' = 100) where part < 5 order by"
                + " vector_l2_distance(v, array(77.2f, 3f)) limit 8",
            "search",
            "select id, name, _rank from knit_search('DIR/index', query => array(50.1f, 1f), k => 5,"
                + " filter => 'part > 2') order by _rank",
            "range",
            "select id from knit_range('DIR/index', array(50.1f, 1f), max_distance => 3.0) order by id",
            "facets",
            "select value, count from knit_facets('DIR/index', array(50.1f, 1f), facet => 'part', k =>"
                + " 30) order by all",
            "join",
            "select q, id, _rank from knit_join(left => TABLE(select 1 as q, array(9f, 9f) as qv),"
                + " vector => 'qv', right => TABLE(TABLE), k => 3) order by _rank",
            "history",
            "select version, operation from history_view order by version");

    public static void main(String[] arguments) throws IOException {
      SparkSession client =
          SparkSession.builder().remote(System.getProperty("knit.remote")).getOrCreate();
      try (Writer writer = Files.newBufferedWriter(Path.of(arguments[0], "results.properties"))) {
        run(client, arguments[0]).store(writer, null);
      }
      client.stop();
    }

    static Properties run(SparkSession spark, String directory) {
      spark.conf().set("spark.sql.catalog.knit", "dev.knit.spark.catalog.KnitCatalog");
      Properties found = new Properties();
      String table = TABLE.replace("DIR", directory);
      spark.sql("create table " + table + " tblproperties ('partitions' = '2') as " + ROWS);
      spark
          .sql(ROWS.replace("range(300)", "range(300, 350)"))
          .write()
          .format("knit")
          .mode("append")
          .save(directory + "/index");
      spark.sql("delete from " + table + " where id between 60 and 70");
      spark.sql("update " + table + " set name = 'new' where part = 3");
      stream(spark, directory, table);
      spark
          .sql("call knit.system.history('" + directory + "/index')")
          .createOrReplaceTempView("history_view");
      STATEMENTS.forEach((name, sql) -> found.setProperty(name, text(sql(spark, sql, directory))));
      Dataset<Row> queries =
          spark.sql("select id as q, array(float(id), 1f) as qv from range(100, 110)");
      Dataset<Row> right = spark.table(table);
      for (String mode : List.of("approx", "exact")) {
        found.setProperty(
            mode + " join",
            text(
                queries
                    .nearestByJoin(
                        right, expr("vector_l2_distance(qv, v)"), 3, mode, "distance", "left")
                    .select("q", "id", "name")
                    .orderBy("q", "id")));
      }
      found.setProperty(
          "count", text(spark.sql("select count(*), count(distinct name) from " + table)));
      found.setProperty(
          "too long",
          failure(
              spark, "select * from knit_search('DIR/index', array(1f, 2f, 3f), 3)", directory));
      found.setProperty(
          "none", failure(spark, "select * from knit_search('DIR/none', array(1f), 3)", directory));
      found.setProperty(
          "twice", failure(spark, "insert into TABLE select 5L, array(1f, 2f), 'x', 1", directory));
      return found;
    }

    private static void stream(SparkSession spark, String directory, String table) {
      spark.sql(ROWS.replace("range(300)", "range(400, 420)")).write().parquet(directory + "/more");
      try {
        spark
            .readStream()
            .schema("id long, v array<float>, name string, part int")
            .parquet(directory + "/more")
            .writeStream()
            .option("checkpointLocation", directory + "/checkpoint")
            .trigger(Trigger.AvailableNow())
            .toTable(table)
            .awaitTermination();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    private static Dataset<Row> sql(SparkSession spark, String sql, String directory) {
      return spark.sql(
          sql.replace("TABLE(TABLE)", "TABLE(select * from " + TABLE + ")")
              .replace("join TABLE d", "join " + TABLE + " d")
              .replace("from TABLE with", "from " + TABLE + " with")
              .replace("into TABLE select", "into " + TABLE + " select")
              .replace("DIR", directory));
    }

    private static String text(Dataset<Row> rows) {
      return rows.collectAsList().stream().map(Row::toString).collect(Collectors.joining("\n"));
    }

    private static String failure(SparkSession spark, String sql, String directory) {
      try {
        return text(sql(spark, sql, directory));
      } catch (Exception e) {
        return e instanceof SparkThrowable told
            ? told.getCondition() + " " + told.getSqlState()
            : e.toString();
      }
    }
  }
}
