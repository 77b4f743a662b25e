package dev.knit.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A main class beside Spark, in a JVM of its own: the two engines have different classes of the
 * same names. It needs the module of Spark to be built, as it is in a build of everything.
 */
public final class SparkProcess implements AutoCloseable {
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
  private static final Path SPARK = HOME.resolve("spark-connector/target");

  private final Process process;
  private final Path log;

  private SparkProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts it; what it prints goes to a file. Skips the test where Spark's module is not built. */
  public static SparkProcess start(Path log, String main, Object... arguments) throws IOException {
    Path classPath = SPARK.resolve("dependencies.classpath");
    assumeTrue(
        Files.exists(classPath) && Files.exists(SPARK.resolve("test-classes/dev/knit/spark")),
        "Spark's module is not built: ./mvnw -pl spark-connector -am -DskipTests package");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + HOME.resolve("core/jvm.options"));
    command.add("-Xmx2g");
    command.add("-Dknit.home=" + HOME);
    command.add(
        "-Dlog4j2.configurationFile=" + HOME.resolve("spark-connector/src/cli/log4j2.properties"));
    command.add("-cp");
    command.add(
        String.join(
            File.pathSeparator,
            SPARK.resolve("test-classes").toString(),
            SPARK.resolve("classes").toString(),
            Files.readString(classPath).strip()));
    command.add(main);
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    return new SparkProcess(process, log);
  }

  /** Waits until it has made a file. */
  void await(Path file) throws IOException, InterruptedException {
    while (!Files.exists(file)) {
      assertThat(process.isAlive()).as("%s", Files.readString(log)).isTrue();
      Thread.sleep(50);
    }
  }

  /** Waits until it has ended well, and tells what it printed. */
  public String output() throws IOException, InterruptedException {
    boolean ended = process.waitFor(10, TimeUnit.MINUTES);
    String output = Files.readString(log);
    assertThat(ended).as(output).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
