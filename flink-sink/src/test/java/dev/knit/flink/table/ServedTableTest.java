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
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.apache.flink.configuration.Configuration;
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
        TableAt.of(docs.path, new Configuration()),
        ReadVersion.NEWEST,
        RowShape.all(TableColumns.of(row, null)),
        Duration.ofMillis(50));
  }

  private static List<Long> nearest(ServedTable table, int id, int k) {
    Collection<RowData> rows = table.search(new GenericArrayData(Docs.vector(id)), k, PLAIN);
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
  void aTableThatCannotBeOpenedLeavesNothing() {
    Docs none = new Docs(directory.resolve("none"), Metric.L2);

    assertThatThrownBy(() -> ServedTable.acquire(what(none)))
        .hasMessageContaining("is no Knit index");
  }
}
