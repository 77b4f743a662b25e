package dev.knit.io;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * An S3-compatible server in a process of its own. {@code -Dknit.python} names a Python that has
 * moto; without it the tests are skipped and say so.
 */
public final class S3Server implements AutoCloseable {
  private final Process process;
  private final String endpoint;

  private S3Server(Process process, int port) {
    this.process = process;
    this.endpoint = "http://127.0.0.1:" + port;
  }

  /** A server with an empty bucket {@code knit} that does as {@code If-None-Match} asks. */
  public static S3Server start() throws Exception {
    return start("honour");
  }

  /** A server that overwrites whatever {@code If-None-Match} says. */
  public static S3Server startWithoutConditions() throws Exception {
    return start("ignore");
  }

  private static S3Server start(String mode) throws Exception {
    String python = System.getProperty("knit.python", "python3");
    assumeTrue(hasMoto(python), () -> python + " with moto[server] is not installed");
    Path script = Files.createTempFile("s3_server", ".py");
    try (InputStream in = S3Server.class.getResourceAsStream("s3_server.py")) {
      Files.write(script, in.readAllBytes());
    }
    Process process =
        new ProcessBuilder(python, script.toString(), mode)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    S3Server server = new S3Server(process, Integer.parseInt(out.readLine()));
    Files.delete(script);
    HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(server.endpoint + "/knit"))
                .PUT(HttpRequest.BodyPublishers.noBody())
                .build(),
            BodyHandlers.discarding());
    return server;
  }

  private static boolean hasMoto(String python) throws InterruptedException {
    try {
      List<String> command = List.of(python, "-c", "import moto.server, werkzeug");
      return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Storage on this server, in {@code s3a://knit}. */
  public FileIO io() throws IOException {
    // all servers have a bucket of that name, so none may be known from before
    FileSystem.closeAll();
    return new HadoopFileIO(configuration());
  }

  /** How Hadoop reaches it. */
  public Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.set("fs.s3a.endpoint", endpoint);
    configuration.set("fs.s3a.endpoint.region", "us-east-1");
    configuration.set("fs.s3a.access.key", "key");
    configuration.set("fs.s3a.secret.key", "secret");
    configuration.setBoolean("fs.s3a.path.style.access", true);
    configuration.setInt("fs.s3a.attempts.maximum", 1);
    return configuration;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
