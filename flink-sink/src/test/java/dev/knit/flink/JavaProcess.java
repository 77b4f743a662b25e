package dev.knit.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A main class in a JVM of its own; what it prints goes to a file. */
final class JavaProcess implements AutoCloseable {
  /** The project's directory. */
  static final Path HOME = Path.of("..").toAbsolutePath().normalize();

  private final Process process;
  private final Path log;

  private JavaProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts one with this JVM's class path. */
  static JavaProcess start(Path log, Class<?> main, Object... arguments) throws IOException {
    return start(
        log,
        List.of(
            "-Xmx1g",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED"),
        List.of(System.getProperty("java.class.path")),
        main.getName(),
        arguments);
  }

  /** Starts one. */
  static JavaProcess start(
      Path log, List<String> options, List<String> classPath, String main, Object... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + HOME.resolve("core/jvm.options"));
    command.addAll(options);
    command.add("-cp");
    command.add(String.join(File.pathSeparator, classPath));
    command.add(main);
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    return new JavaProcess(process, log);
  }

  /** Waits until it has made a file. */
  void await(Path file) throws IOException, InterruptedException {
    while (!Files.exists(file)) {
      requireAlive();
      Thread.sleep(5);
    }
  }

  void requireAlive() throws IOException {
    assertThat(process.isAlive()).as("%s", Files.readString(log)).isTrue();
  }

  /** Ends it by SIGKILL, or what the system has of that kind. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Waits until it has ended well, and tells what it printed. */
  String output() throws IOException, InterruptedException {
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
