package dev.knit.spark;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A Python with packages of fixed versions: that of {@code -Dknit.python} if it has them, or else a
 * virtual environment below target, made from PyPI once. Tests are skipped, saying why, where it
 * cannot be had.
 */
final class PythonEnvironment {
  private static final long MOST_MINUTES = 8;

  private PythonEnvironment() {}

  /**
   * The interpreter.
   *
   * @param packages as pip knows them
   * @param check a program that fails where one is missing
   */
  static synchronized String with(List<String> packages, String check)
      throws IOException, InterruptedException {
    String given = System.getProperty("knit.python", "python3");
    if (succeeds(List.of(given, "-c", check))) {
      return given;
    }
    Path directory = Path.of("target", "python").toAbsolutePath();
    Path interpreter = directory.resolve("bin/python3");
    if (!Files.exists(interpreter) && !succeeds(List.of("python3", "-m", "venv", directory + ""))) {
      abort("Python tests are skipped: python3 with venv is not installed.");
    }
    if (!succeeds(List.of(interpreter.toString(), "-c", check))) {
      install(interpreter, packages);
      if (!succeeds(List.of(interpreter.toString(), "-c", check))) {
        abort(
            "Python tests are skipped: %s could not be installed from PyPI, see %s."
                .formatted(packages, log()));
      }
    }
    return interpreter.toString();
  }

  private static void install(Path interpreter, List<String> packages)
      throws IOException, InterruptedException {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(interpreter.toString(), "-m", "pip", "install", "--timeout", "15"));
    command.addAll(packages);
    succeeds(command);
  }

  private static Path log() {
    return Path.of("target", "python.log").toAbsolutePath();
  }

  private static boolean succeeds(List<String> command) throws IOException, InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
              .start();
    } catch (IOException e) {
      return false; // there is no such program
    }
    if (!process.waitFor(MOST_MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      return false;
    }
    return process.exitValue() == 0;
  }

  /** Runs a program to its end; what it wrote, when it failed. */
  static String failure(List<String> command, Map<String, String> environment, Path log)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    boolean ended = process.waitFor(MOST_MINUTES, TimeUnit.MINUTES);
    if (!ended) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return ended && process.exitValue() == 0 ? "" : Files.readString(log);
  }
}
