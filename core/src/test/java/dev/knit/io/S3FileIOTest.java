package dev.knit.io;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract on an S3-compatible server. */
class S3FileIOTest extends FileIOContract {
  private static S3Server server;
  private static FileIO io;
  private final String root = "s3a://knit/" + UUID.randomUUID();

  @BeforeAll
  static void startServer() throws Exception {
    server = S3Server.start();
    io = server.io();
  }

  @AfterAll
  static void stopServer() {
    if (server != null) {
      server.close();
    }
  }

  @Override
  int rounds() {
    return 8;
  }

  @Override
  FileIO io() {
    return io;
  }

  @Override
  String root() {
    return root;
  }

  @Test
  void storeWithoutConditionalCreatesIsRefused() {
    Configuration configuration = server.configuration();
    configuration.setBoolean("fs.s3a.create.conditional.enabled", false);
    configuration.setBoolean("fs.s3a.impl.disable.cache", true);
    assertThatThrownBy(() -> new HadoopFileIO(configuration).exists(root))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(
            "'s3a://knit' cannot create an object only if it is absent; use hadoop-aws 3.4.2 or newer"
                + " and leave fs.s3a.create.conditional.enabled on.");
  }
}
