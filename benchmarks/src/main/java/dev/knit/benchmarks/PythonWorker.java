package dev.knit.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;

/**
 * A Python process that runs {@code worker.py} for one library: a JSON object per line each way.
 * Its messages go to this process's standard error.
 */
final class PythonWorker implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final String library;
  private final String python;
  private final Path script;
  private final Process process;
  private final Writer requests;
  private final BufferedReader replies;

  /** Starts the process and waits until it has imported the library. */
  PythonWorker(String python, String library, int threads) throws IOException {
    this.library = library;
    this.python = python;
    this.script = script();
    this.process = start(python, threads);
    this.requests = process.outputWriter(StandardCharsets.UTF_8);
    this.replies = process.inputReader(StandardCharsets.UTF_8);
    greet();
  }

  private Process start(String python, int threads) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(python, script.toString(), library);
    builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
    try {
      return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    } catch (IOException e) {
      Files.delete(script);
      throw new IllegalStateException(
          "Python '%s' cannot be started; name one that has %s by --python."
              .formatted(python, library),
          e);
    }
  }

  private void greet() throws IOException {
    try {
      reply();
    } catch (IOException | IllegalStateException e) {
      close();
      throw e;
    }
  }

  /** Calls a function of the worker and waits for what it returns. */
  JsonNode call(String function, Map<String, Object> arguments) throws IOException {
    Map<String, Object> request = new TreeMap<>(arguments);
    request.put("call", function);
    requests.write(JSON.writeValueAsString(request) + "\n");
    requests.flush();
    return reply();
  }

  private JsonNode reply() throws IOException {
    String line = replies.readLine();
    if (line == null) {
      throw new IllegalStateException(
          "The Python process '%s' for %s ended; its last words stand above."
              .formatted(python, library));
    }
    JsonNode reply = JSON.readTree(line);
    if (reply.has("error")) {
      throw new IllegalStateException(
          "%s in '%s': %s".formatted(library, python, reply.get("error").asText()));
    }
    return reply;
  }

  private static Path script() throws IOException {
    Path script = Files.createTempFile("knit-worker", ".py");
    try (InputStream in = PythonWorker.class.getResourceAsStream("worker.py")) {
      Files.copy(in, script, StandardCopyOption.REPLACE_EXISTING);
    }
    return script;
  }

  /** Ends the process by closing its input. */
  @Override
  public void close() {
    try {
      requests.close();
      process.waitFor();
      Files.delete(script);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
    }
  }
}
