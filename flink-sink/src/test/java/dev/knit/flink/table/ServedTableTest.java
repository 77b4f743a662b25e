package dev.knit.flink.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.table.TableWriter;
import dev.knit.table.Vacuum;
import dev.knit.vector.Metric;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ServedTableTest {
  private static final SearchConfig PLAIN = new SearchConfig(64, false, Double.MAX_VALUE, 0);
  @TempDir Path directory;

  @AfterEach
  void allIsReleased() {
    assertThat(ServedTable.openTables()).isZero();
    assertThat(ServedVersion.openBytes()).isZero();
  }

  private static SearchSpec.Served what(Docs docs) {
    RowType row =
        (RowType)
            DataTypes.ROW(
                    DataTypes.FIELD("id", DataTypes.BIGINT()),
                    DataTypes.FIELD("embedding", DataTypes.ARRAY(DataTypes.FLOAT())),
                    DataTypes.FIELD("name", DataTypes.STRING()))
                .getLogicalType();
    return new SearchSpec.Served(
        ClientHadoop.table(docs.path, new Configuration()),
        ReadVersion.NEWEST,
        RowShape.all(TableColumns.of(row, null)),
        Duration.ofMillis(50));
  }

  /** Gauges by their names. */
  private static final class Gauges extends UnregisteredMetricsGroup {
    private final Map<String, Gauge<?>> byName = new HashMap<>();

    @Override
    public MetricGroup addGroup(String name) {
      return this;
    }

    @Override
    public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
      byName.put(name, gauge);
      return gauge;
    }

    long value(String name) {
      return ((Number) byName.get(name).getValue()).longValue();
    }
  }

  private static List<Long> nearest(ServedTable table, int id, int k) {
    return nearest(table, id, k, SearchMetrics.of(new UnregisteredMetricsGroup(), table));
  }

  private static List<Long> nearest(ServedTable table, int id, int k, SearchMetrics metrics) {
    Collection<RowData> rows =
        table.search(new GenericArrayData(Docs.vector(id)), k, PLAIN, metrics);
    return rows.stream().map(row -> row.getLong(0)).toList();
  }

  private static void await(BooleanSupplier met) throws InterruptedException {
    while (!met.getAsBoolean()) {
      Thread.sleep(10);
    }
  }

  @Test
  void usersOfTheSameShareOneTable() throws Exception {
    Docs docs = Docs.make(directory.resolve("docs"), Metric.L2, 20);
    ServedTable first = ServedTable.acquire(what(docs));
    ServedTable second = ServedTable.acquire(what(docs));

    assertThat(second).isSameAs(first);
    assertThat(ServedTable.openTables()).isEqualTo(1);
    first.release();
    assertThat(nearest(second, 7, 1)).containsExactly(7L);
    second.release();
  }

  @Test
  void newerVersionsTakeTheirPlace() throws Exception {
    Docs docs = Docs.make(directory.resolve("docs"), Metric.L2, 20);
    ServedTable table = ServedTable.acquire(what(docs));
    try {
      assertThat(nearest(table, 30, 1)).containsExactly(19L);
      docs.append(20, 20);
      await(() -> nearest(table, 30, 1).equals(List.of(30L)));
      docs.delete(30L);
      await(() -> !nearest(table, 30, 1).equals(List.of(30L)));
      assertThat(table.version()).isEqualTo(docs.snapshot().version());
    } finally {
      table.release();
    }
  }

  @Test
  void aTableThatWasMadeAnewTakesItsPlace() throws Exception {
    Docs docs = Docs.make(directory.resolve("docs"), Metric.L2, 20);
    Docs anew = new Docs(directory.resolve("anew"), Metric.L2);
    anew.create();
    anew.append(100, 10);
    anew.append(110, 10);
    assertThat(anew.snapshot().version()).isEqualTo(docs.snapshot().version());
    ServedTable table = ServedTable.acquire(what(docs));
    try {
      Files.move(directory.resolve("docs"), directory.resolve("old"));
      Files.move(directory.resolve("anew"), directory.resolve("docs"));
      await(() -> nearest(table, 105, 1).equals(List.of(105L)));
    } finally {
      table.release();
    }
  }

  /** Searches go on, each on one version, while versions come, expire and lose their files. */
  @Test
  void searchesGoOnWhileVersionsChange() throws Exception {
    Docs docs = Docs.make(directory.resolve("docs"), Metric.COSINE, 50);
    ServedTable table = ServedTable.acquire(what(docs));
    AtomicBoolean done = new AtomicBoolean();
    List<Throwable> failures = new ArrayList<>();
    Thread searching =
        new Thread(
            () -> {
              try {
                while (!done.get()) {
                  assertThat(nearest(table, 25, 5)).hasSize(5).contains(25L);
                }
              } catch (Throwable e) {
                failures.add(e);
              }
            });
    searching.start();
    for (int round = 1; round <= 10; round++) {
      docs.append(50 * round, 20);
      dev.knit.table.Compactor.compactAll(docs.io, docs.path, 1);
      new TableWriter(docs.io, docs.path).expire(docs.snapshot().version());
      Vacuum.run(docs.io, docs.path, Duration.ZERO);
      long version = docs.snapshot().version();
      await(() -> table.version() >= version);
    }
    done.set(true);
    searching.join();
    table.release();

    assertThat(failures).isEmpty();
  }

  /** What cannot be searched any more must not be searched as it was long ago. */
  @Test
  void columnsThatAreGoneEndTheSearch() throws Exception {
    Docs docs = Docs.make(directory.resolve("docs"), Metric.L2, 20);
    ServedTable table = ServedTable.acquire(what(docs));
    try {
      new TableWriter(docs.io, docs.path).dropColumn("name");
      await(
          () -> {
            try {
              nearest(table, 3, 1);
              return false;
            } catch (ValidationException e) {
              return true;
            }
          });
      assertThatThrownBy(() -> nearest(table, 3, 1)).hasMessageContaining("has no column 'name'");
    } finally {
      table.release();
    }
  }

  @Test
  void metricsTellSearchesAndTheVersion() throws Exception {
    Docs docs = Docs.make(directory.resolve("docs"), Metric.L2, 20, 5);
    ServedTable table = ServedTable.acquire(what(docs));
    try {
      Gauges gauges = new Gauges();
      SearchMetrics metrics = SearchMetrics.of(gauges, table);
      nearest(table, 3, 1, metrics);
      nearest(table, 4, 1, metrics);

      assertThat(gauges.value("searches")).isEqualTo(2);
      assertThat(gauges.value("distanceComputations"))
          .as("by codes, and of those found again by vectors")
          .isBetween(2L * 5, 2L * 2 * 25);
      assertThat(gauges.value("version")).isEqualTo(docs.snapshot().version());
      assertThat(gauges.value("segments")).isEqualTo(2);
      assertThat(gauges.value("rows")).isEqualTo(25);
      assertThat(gauges.value("openBytes")).isPositive();
      docs.append(25, 5);
      await(() -> gauges.value("rows") == 30);
      assertThat(gauges.value("segments")).isEqualTo(3);
      long then = System.currentTimeMillis();
      await(() -> gauges.value("staleMillis") < System.currentTimeMillis() - then);
    } finally {
      table.release();
    }
  }

  private static RuntimeException failure(ServedTable table) {
    try {
      nearest(table, 3, 1);
      return null;
    } catch (RuntimeException e) {
      return e;
    }
  }

  /** A table that is dropped fails the searches, until there is one again. */
  @Test
  void aTableThatIsDroppedIsNotSearchedOn() throws Exception {
    Docs docs = Docs.make(directory.resolve("docs"), Metric.L2, 20);
    ServedTable table = ServedTable.acquire(what(docs));
    try {
      docs.io.deleteDirectory(docs.path);
      await(() -> failure(table) != null);
      assertThat(failure(table))
          .hasMessageContaining("was dropped that is searched")
          .hasMessageContaining(docs.path);
      docs.create();
      docs.append(5, 1);
      await(() -> failure(table) == null && nearest(table, 3, 1).equals(List.of(5L)));
    } finally {
      table.release();
    }
  }

  @Test
  void aTableThatCannotBeOpenedLeavesNothing() {
    Docs none = new Docs(directory.resolve("none"), Metric.L2);

    assertThatThrownBy(() -> ServedTable.acquire(what(none)))
        .hasMessageContaining("is no Knit index");
  }
}
