package dev.knit.spark;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.deploy.master.Master;
import org.apache.spark.deploy.worker.Worker;

/** Spark's standalone mode: a master and workers, each a process of its own, on loopback. */
final class StandaloneCluster implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private final Path directory;
  private final List<Process> processes = new ArrayList<>();
  private final String master;

  /**
   * Starts it; what the processes say is in files of {@code directory}.
   *
   * @param memoryMb what a worker has for executors; it has one core
   */
  StandaloneCluster(Path directory, int workers, int memoryMb) throws Exception {
    this.directory = directory;
    int port = freePort();
    master = "spark://%s:%d".formatted(HOST, port);
    start("master", Master.class, "--host", HOST, "--port", "" + port, "--webui-port", "0");
    awaitMaster(port);
    for (int i = 0; i < workers; i++) {
      String arguments =
          "--host %s --webui-port 0 --cores 1 --memory %dm --work-dir %s %s"
              .formatted(HOST, memoryMb, directory.resolve("worker" + i), master);
      start("worker" + i, Worker.class, arguments.split(" "));
    }
  }

  String master() {
    return master;
  }

  private void start(String name, Class<?> main, String... arguments) throws IOException {
    processes.add(
        ChildJvm.start(
            main,
            directory.resolve(name + ".txt"),
            ChildJvm.cluster(directory),
            List.of("-Xmx256m"),
            List.of(arguments)));
  }

  /** Workers that come too early try again only after a while. */
  private void awaitMaster(int port) throws Exception {
    for (int attempt = 0; attempt < 600; attempt++) {
      try (Socket socket = new Socket(HOST, port)) {
        assert socket.isConnected();
        return;
      } catch (IOException e) {
        TimeUnit.MILLISECONDS.sleep(100);
      }
    }
    throw new IllegalStateException(Files.readString(directory.resolve("master.txt")));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    for (Process process : processes) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
