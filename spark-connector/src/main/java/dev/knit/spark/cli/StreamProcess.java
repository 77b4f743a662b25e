package dev.knit.spark.cli;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The pipeline from Kafka by Flink into a table, in a JVM of its own: Flink's class path and
 * Spark's do not go together. What it tells is printed.
 */
final class StreamProcess implements AutoCloseable {
  private static final String MAIN = "dev.knit.flink.example.FilmStream";

  private final Process process;
  private final Path log;
  private volatile boolean sending = true;

  private StreamProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts it.
   *
   * @param home the project's directory, where Flink's part is built
   * @param work for its log
   * @param arguments as its main class takes them
   */
  static StreamProcess start(Path home, Path work, PrintWriter out, Object... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(command(home.resolve("flink-sink/target"), home));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Path log = work.resolve("log");
    Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    StreamProcess stream = new StreamProcess(process, log);
    Thread relay = new Thread(() -> stream.relay(out), "knit-stream");
    relay.setDaemon(true);
    relay.start();
    return stream;
  }

  private static List<String> command(Path target, Path home) throws IOException {
    Path classPath = target.resolve("example.classpath");
    if (!Files.exists(classPath)) {
      throw new IllegalStateException(
          "'%s' is missing; build it by ./mvnw -pl flink-sink -am -DskipTests package"
              .formatted(classPath));
    }
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "@" + home.resolve("core/jvm.options"),
        "-Xmx2g",
        "-cp",
        String.join(
            File.pathSeparator,
            target.resolve("test-classes").toString(),
            target.resolve("classes").toString(),
            Files.readString(classPath).strip()),
        MAIN);
  }

  private void relay(PrintWriter out) {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        sending &= !line.startsWith("all ");
        out.println("  " + line);
        out.flush();
      }
    } catch (IOException e) {
      sending = false; // it was ended
    }
  }

  /** Whether changes are still sent. */
  boolean isSending() {
    return sending;
  }

  /**
   * Whether it goes on.
   *
   * @throws IllegalStateException when it has failed, with the reason
   */
  boolean isAlive() throws IOException {
    if (!process.isAlive() && process.exitValue() != 0) {
      throw new IllegalStateException(
          "The stream ended with exit code %d: %s".formatted(process.exitValue(), reason()));
    }
    return process.isAlive();
  }

  /** The deepest cause in its log, or else the last line. */
  private String reason() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return lines.stream()
        .filter(line -> line.startsWith("Caused by: "))
        .reduce((first, second) -> second)
        .or(() -> lines.stream().filter(line -> line.startsWith("Exception in ")).findFirst())
        .orElse("it does not say why.");
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
