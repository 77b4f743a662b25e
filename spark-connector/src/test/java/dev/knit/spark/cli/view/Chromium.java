package dev.knit.spark.cli.view;

import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A headless Chromium, spoken to by its DevTools protocol: that of {@code -Dknit.chromium}, or one
 * on the path. Tests are skipped, saying so, where there is none.
 */
final class Chromium implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_SECONDS = 60;
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
  private static final List<String> OPTIONS =
      List.of(
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--hide-scrollbars",
          "--remote-debugging-port=0");

  /** Calls that wait for their answer, by number, and events, each to who wants to see it. */
  private final Map<Integer, CompletableFuture<JsonNode>> calls = new ConcurrentHashMap<>();

  private final List<JsonNode> events = new CopyOnWriteArrayList<>();
  private final AtomicInteger last = new AtomicInteger();
  private final Process process;
  private final WebSocket socket;

  private Chromium(Process process, String address) {
    this.process = process;
    this.socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create(address), new Answers())
            .join();
  }

  /** Starts one with its files in {@code directory}. */
  static Chromium start(Path directory) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program()));
    command.addAll(OPTIONS);
    command.add("--user-data-dir=" + directory);
    command.add("about:blank");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log.txt").toFile())
            .start();
    Path port = directory.resolve("DevToolsActivePort");
    for (int i = 0; i < 10 * MOST_SECONDS && process.isAlive(); i++) {
      List<String> lines = Files.exists(port) ? Files.readAllLines(port) : List.of();
      if (lines.size() > 1) {
        return new Chromium(process, "ws://127.0.0.1:" + lines.get(0) + lines.get(1));
      }
      Thread.sleep(100);
    }
    process.destroyForcibly();
    throw new IOException(
        "Chromium did not start: " + Files.readString(directory.resolve("log.txt")));
  }

  private static String program() {
    String given = System.getProperty("knit.chromium");
    if (given != null) {
      return given;
    }
    Optional<Path> found =
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .flatMap(directory -> NAMES.stream().map(name -> Path.of(directory, name)))
            .filter(Files::isExecutable)
            .findFirst();
    if (found.isEmpty()) {
      abort("The page is not opened: there is none of %s on the path.".formatted(NAMES));
    }
    return found.get().toString();
  }

  /** A new tab. */
  BrowserPage page(int width, int height, boolean dark) {
    String target =
        call(null, "Target.createTarget", Map.of("url", "about:blank")).get("targetId").asText();
    String session =
        call(null, "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
            .get("sessionId")
            .asText();
    return new BrowserPage(this, session, width, height, dark);
  }

  /** The answer to a call of a session, or of the browser for null. */
  JsonNode call(String session, String method, Map<String, ?> parameters) {
    int number = last.incrementAndGet();
    ObjectNode message = JSON.createObjectNode().put("id", number).put("method", method);
    message.set("params", JSON.valueToTree(parameters));
    if (session != null) {
      message.put("sessionId", session);
    }
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    calls.put(number, answer);
    socket.sendText(message.toString(), true).join();
    JsonNode node = answer.orTimeout(MOST_SECONDS, TimeUnit.SECONDS).join();
    if (node.has("error")) {
      throw new IllegalStateException(method + ": " + node.get("error"));
    }
    return node.get("result");
  }

  /** Events of that kind so far. */
  Stream<JsonNode> events(String session, String method) {
    return events.stream()
        .filter(event -> event.path("sessionId").asText().equals(session))
        .filter(event -> event.get("method").asText().equals(method))
        .map(event -> event.get("params"));
  }

  @Override
  public void close() throws InterruptedException {
    socket.abort();
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }

  private final class Answers implements WebSocket.Listener {
    private final StringBuilder parts = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean end) {
      parts.append(data);
      if (end) {
        take(parts.toString());
        parts.setLength(0);
      }
      from.request(1);
      return null;
    }

    private void take(String text) {
      try {
        JsonNode message = JSON.readTree(text);
        if (message.has("id")) {
          calls.remove(message.get("id").asInt()).complete(message);
        } else {
          events.add(message);
        }
      } catch (IOException e) {
        calls.values().forEach(call -> call.completeExceptionally(e));
      }
    }
  }
}
