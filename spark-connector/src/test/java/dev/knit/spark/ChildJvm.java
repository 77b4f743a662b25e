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
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + Path.of("..", "core", "jvm.options").toAbsolutePath());
    command.addAll(List.of(options));
    command.add(main.getName());
    command.add(directory.toString());
    Path log = directory.resolve("log.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.environment().putAll(environment);
    Process process = builder.start();
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

  /** Keeps what {@code main} found for the test. */
  static void store(Properties results, Path directory) throws IOException {
    try (var writer =
        Files.newBufferedWriter(directory.resolve("results.properties"), StandardCharsets.UTF_8)) {
      results.store(writer, null);
    }
  }
}
