package dev.knit.flink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.testframe.TestResource;
import org.apache.flink.connector.testframe.environment.MiniClusterTestEnvironment;
import org.apache.flink.connector.testframe.external.ExternalContextFactory;
import org.apache.flink.connector.testframe.external.ExternalSystemDataReader;
import org.apache.flink.connector.testframe.external.sink.DataStreamSinkV2ExternalContext;
import org.apache.flink.connector.testframe.external.sink.TestingSinkSettings;
import org.apache.flink.connector.testframe.junit.annotations.TestContext;
import org.apache.flink.connector.testframe.junit.annotations.TestEnv;
import org.apache.flink.connector.testframe.junit.annotations.TestExternalSystem;
import org.apache.flink.connector.testframe.junit.annotations.TestSemantics;
import org.apache.flink.connector.testframe.testsuites.SinkTestSuiteBase;
import org.apache.flink.streaming.api.CheckpointingMode;
import org.junit.jupiter.api.Timeout;

/** The suite that Flink has for sinks, as it is. A wrong sink makes it wait without end. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class KnitSinkSuiteTest extends SinkTestSuiteBase<String> {
  @TestSemantics CheckpointingMode[] semantics = {CheckpointingMode.EXACTLY_ONCE};

  @TestEnv MiniClusterTestEnvironment environment = new MiniClusterTestEnvironment();

  @TestExternalSystem Directories directories = new Directories();

  @TestContext
  ExternalContextFactory<Table> tables =
      name -> new Table(TableAccess.of(directories.next().toString()));

  /** Where tables are. */
  static final class Directories implements TestResource {
    private Path root;
    private int count;

    @Override
    public void startUp() throws IOException {
      root = Files.createTempDirectory(Path.of("target"), "suite");
    }

    Path next() {
      return root.toAbsolutePath().resolve("table" + count++);
    }

    @Override
    public void tearDown() throws IOException {
      TableAccess.of(root.toString()).io().deleteDirectory(root.toAbsolutePath().toString());
    }
  }

  /** A table of texts, which are ids and metadata. */
  record Table(TableAccess table) implements DataStreamSinkV2ExternalContext<String> {
    @Override
    public Sink<String> createSink(TestingSinkSettings settings) {
      return KnitSink.<String>builder()
          .table(table)
          .createIfAbsent(TestRows.TEXTS, TestRows.PARAMS)
          .mapper(text -> RowChange.upsert(text, TestRows.vector(text.hashCode()), text))
          .build();
    }

    @Override
    public ExternalSystemDataReader<String> createSinkDataReader(TestingSinkSettings settings) {
      return new Reader(table);
    }

    @Override
    public List<String> generateTestData(TestingSinkSettings settings, long seed) {
      return IntStream.range(0, 300).mapToObj(i -> "%d-%d".formatted(seed, i)).toList();
    }

    @Override
    public TypeInformation<String> getProducedType() {
      return Types.STRING;
    }

    @Override
    public List<URL> getConnectorJarPaths() {
      return List.of();
    }

    @Override
    public void close() {}
  }

  /** Tells each row once. */
  private static final class Reader implements ExternalSystemDataReader<String> {
    private final TableAccess table;
    private final Set<Object> told = new HashSet<>();

    Reader(TableAccess table) {
      this.table = table;
    }

    @Override
    public List<String> poll(Duration timeout) {
      try {
        List<String> fresh = new ArrayList<>();
        if (table.table().exists()) {
          TestRows.of(table).forEach((id, text) -> addIfNew(id, text, fresh));
        }
        return fresh;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void addIfNew(Object id, String text, List<String> fresh) {
      if (told.add(id)) {
        fresh.add(text);
      }
    }

    @Override
    public void close() {}
  }
}
