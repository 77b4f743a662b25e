package dev.knit.flink.table;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;

/** Flink SQL in a cluster of this process. */
final class SqlCluster {
  private SqlCluster() {}

  static MiniClusterExtension extension() {
    return new MiniClusterExtension(
        new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(4)
            .build());
  }

  /** A streaming job of two tasks, without Kryo. */
  static StreamExecutionEnvironment streams() {
    Configuration configuration = new Configuration();
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    StreamExecutionEnvironment streams =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    streams.setParallelism(2);
    return streams;
  }

  static StreamTableEnvironment streaming() {
    return StreamTableEnvironment.create(streams());
  }

  static TableEnvironment batch() {
    TableEnvironment batch = TableEnvironment.create(EnvironmentSettings.inBatchMode());
    batch.getConfig().set("parallelism.default", "2");
    batch.getConfig().set("pipeline.generic-types", "false");
    return batch;
  }

  static TableEnvironment of(boolean streaming) {
    return streaming ? streaming() : batch();
  }

  /** The rows that a query gives, each as text, in order. */
  static List<String> rows(TableEnvironment sql, String query) {
    TableResult result = sql.executeSql(query);
    List<String> rows = new ArrayList<>();
    try (CloseableIterator<Row> found = result.collect()) {
      found.forEachRemaining(row -> rows.add(row.toString()));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    return rows;
  }

  /** The same sorted. */
  static List<String> sorted(TableEnvironment sql, String query) {
    return rows(sql, query).stream().sorted().toList();
  }

  /** Runs a statement to its end. */
  static void run(TableEnvironment sql, String statement) throws Exception {
    sql.executeSql(statement).await();
  }
}
