package dev.knit.flink;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A main class beside Spark, in a JVM of its own: the two engines have different classes of the
 * same names. It needs the module of Spark to be built, as it is in a build of everything.
 */
final class SparkProcess {
  private static final Path SPARK = JavaProcess.HOME.resolve("spark-connector/target");

  private SparkProcess() {}

  /** Starts it. Skips the test where Spark's module is not built. */
  static JavaProcess start(Path log, String main, Object... arguments) throws IOException {
    Path classPath = SPARK.resolve("dependencies.classpath");
    assumeTrue(
        Files.exists(classPath) && Files.exists(SPARK.resolve("test-classes/dev/knit/spark")),
        "Spark's module is not built: ./mvnw -pl spark-connector -am -DskipTests package");
    Path logging = JavaProcess.HOME.resolve("spark-connector/src/cli/log4j2.properties");
    return JavaProcess.start(
        log,
        List.of(
            "-Xmx2g", "-Dknit.home=" + JavaProcess.HOME, "-Dlog4j2.configurationFile=" + logging),
        List.of(
            SPARK.resolve("test-classes").toString(),
            SPARK.resolve("classes").toString(),
            Files.readString(classPath).strip()),
        main,
        arguments);
  }
}
