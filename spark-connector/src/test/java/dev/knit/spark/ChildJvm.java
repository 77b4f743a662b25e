package dev.knit.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/** Runs a main class with the tests' class path in a JVM of its own. */
final class ChildJvm {
  private ChildJvm() {}

  /**
   * Runs {@code main} with {@code directory} as its only argument, and with options of the JVM; it
   * leaves its results there by {@link #store}.
   */
  static Properties run(
      Class<?> main, Path directory, Map<String, String> environment, String... options)
      throws IOException, InterruptedException {
    Path log = directory.resolve("log.txt");
    List<String> arguments = List.of(directory.toString());
    Process process = start(main, log, environment, List.of(options), arguments);
    boolean ended = process.waitFor(20, TimeUnit.MINUTES);
    if (!ended) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    String output = Files.readString(log);
    assertThat(ended).as("ended in time: %s", output).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    Properties results = new Properties();
    try (Reader reader = Files.newBufferedReader(directory.resolve("results.properties"))) {
      results.load(reader);
    }
    return results;
  }

  /** Starts {@code main}; what it says is in the file {@code log}, beside which it runs. */
  static Process start(
      Class<?> main,
      Path log,
      Map<String, String> environment,
      List<String> options,
      List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + Path.of("..", "core", "jvm.options").toAbsolutePath());
    command.addAll(options);
    command.add(main.getName());
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(log.getParent().toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** The environment of those that start executors: a Spark without jars, which are given. */
  static Map<String, String> cluster(Path directory) throws IOException {
    Path home = directory.resolve("home");
    Files.createDirectories(home.resolve("jars"));
    return Map.of(
        "SPARK_HOME", home.toString(),
        "SPARK_SCALA_VERSION", "2.13",
        "SPARK_LOCAL_IP", "127.0.0.1");
  }

  /** Keeps what {@code main} found for the test. */
  static void store(Properties results, Path directory) throws IOException {
    try (var writer =
        Files.newBufferedWriter(directory.resolve("results.properties"), StandardCharsets.UTF_8)) {
      results.store(writer, null);
    }
  }
}
