package dev.knit.spark;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.master.Master;
import org.apache.spark.deploy.worker.Worker;
import org.apache.spark.rpc.RpcEnv;
import scala.Option;
import scala.Some;

/**
 * A cluster of two workers of one core that are different hosts to Spark, by two addresses of the
 * loopback; unlike {@code local-cluster}, where all are on one host. Spark copies no task to the
 * host that runs it.
 */
final class TwoHosts implements AutoCloseable {
  private static final List<String> HOSTS = List.of("127.0.0.1", "127.0.0.2");

  private final List<RpcEnv> services = new ArrayList<>();
  private final String master;

  /** Starts both; executors leave their logs in {@code directory}. */
  TwoHosts(Path directory) {
    SparkConf conf = new SparkConf().set("spark.master.rest.enabled", "false");
    RpcEnv service = Master.startRpcEnvAndEndpoint(HOSTS.get(0), 0, 0, conf)._1();
    services.add(service);
    master = "spark://" + HOSTS.get(0) + ":" + service.address().port();
    for (int i = 0; i < HOSTS.size(); i++) {
      services.add(
          Worker.startRpcEnvAndEndpoint(
              HOSTS.get(i),
              0,
              0,
              1,
              1024,
              new String[] {master},
              directory.toString(),
              new Some<>(i + 1),
              conf,
              Option.empty()));
    }
  }

  /** Whether this machine has both addresses, as Linux has. */
  static boolean possible() {
    for (String host : HOSTS) {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
        assert socket.isBound();
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }

  String master() {
    return master;
  }

  @Override
  public void close() {
    for (int i = services.size() - 1; i >= 0; i--) {
      services.get(i).shutdown();
      services.get(i).awaitTermination();
    }
  }
}
