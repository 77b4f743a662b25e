package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.hnsw.GraphInvariants;
import dev.knit.io.FileIO;
import dev.knit.io.HadoopFileIO;
import dev.knit.table.ColumnType.Primitive;
import dev.knit.vector.Metric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.IntFunction;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LiveTableTest {
  @TempDir Path directory;
  private final FileIO io = new HadoopFileIO(new Configuration());

  @AfterEach
  void noArrowMemoryIsHeld() {
    assertThat(ArrowMemory.used()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void loadedIndexAnswersAsTheSavedAndGrowsOn(Metric metric) throws Exception {
    String path = path("table");
    LiveIndex index = filled(metric, 1500);
    index.deleteAll(List.of(3, 4, 5));
    Snapshot snapshot = index.save(io, path);
    assertThat(snapshot.version()).isEqualTo(1);
    assertThat(snapshot.rows()).isEqualTo(1497);

    LiveIndex loaded = LiveIndex.load(io, path, 2);

    assertSameAnswers(loaded, index);
    GraphInvariants.assertValid(loaded.finishedGraph(), loaded.view().vectors());
    for (int id = 2000; id < 2300; id++) {
      float[] vector = vector(id);
      loaded.insert(id, vector);
      index.insert(id, vector);
    }
    assertSameAnswers(loaded, index);
    GraphInvariants.assertValid(loaded.finishedGraph(), loaded.view().vectors());
    assertThat(loaded.save(io, path).version()).isEqualTo(2);
    assertThat(LiveIndex.load(io, path, 1).size()).isEqualTo(1797);
  }

  @Test
  void savedIndexIsATable() throws Exception {
    String path = path("table");
    LiveIndex index = filled(Metric.L2, 800);
    Snapshot snapshot = index.save(io, path);

    assertThat(TableVerifier.verify(io, path, snapshot).problems()).isEmpty();
    try (Segment segment = Segment.open(io, path, snapshot, snapshot.segments().get(0))) {
      assertThat(segment.rows()).isEqualTo(800);
      assertThat(segment.graph().size()).isEqualTo(index.view().graph().size()).isLessThan(800);
      GraphInvariants.assertValid(segment.graph(), segment.vectors());
      IndexSearcher searcher = new IndexSearcher(List.of(segment));
      Hits hits = searcher.searchExact(vector(-1), 20);
      LiveHits expected = index.search(vector(-1), 20, 800);
      for (int rank = 0; rank < 20; rank++) {
        assertThat(segment.id(hits.row(rank))).isEqualTo(expected.id(rank));
        assertThat(hits.distance(rank)).isEqualTo(expected.distance(rank));
      }
    }
  }

  @Test
  void graphStoredWithoutLengthsGrowsOn() throws Exception {
    float[][] vectors = TestTable.random(300, 1);
    TestTable table = committed(vectors, row -> (long) row);

    LiveIndex index = LiveIndex.load(table.io, table.path, 1);

    for (float[] vector : TestTable.random(200, 2)) {
      index.insert(index.size(), vector);
    }
    GraphInvariants.assertValid(index.finishedGraph(), index.view().vectors());
    assertThat(index.search(vectors[7], 1, 50)).hasToString("[7] at [0.0]");
  }

  /** A table without metadata, whose graph was stored without lengths. */
  private TestTable committed(float[][] vectors, IntFunction<Object> ids) throws Exception {
    TestTable table = new TestTable(directory);
    TableSchema schema =
        new TableSchema(table.schema.id(), "embedding", TestTable.DIMENSION, List.of());
    UUID uuid = UUID.randomUUID();
    SegmentGraph graph = table.graph(vectors);
    GraphPart part =
        GraphFile.write(
            table.io,
            table.path,
            TableLayout.graph(uuid),
            table.origin(uuid),
            SegmentGraph.of(graph.graph().withoutLengths(), graph.rowNodes()));
    RowsFile rows;
    try (RowsWriter writer =
        RowsWriter.create(table.io, table.path, TableLayout.rows(uuid), schema)) {
      for (int row = 0; row < vectors.length; row++) {
        writer.write(ids.apply(row), vectors[row], new Object[0]);
      }
      rows = writer.finish();
    }
    TableCommit.create(
        table.io,
        table.path,
        Snapshot.first(
            schema,
            table.params,
            List.of(SegmentInfo.of(uuid, List.of(rows), List.of(part))),
            Operation.of(Operation.BUILD)));
    return table;
  }

  @Test
  void tableInWhichIdsRecurIsRefused() throws Exception {
    TestTable table = committed(TestTable.random(30, 1), row -> row % 28L);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LiveIndex.load(table.io, table.path, 1))
        .withMessage("2 of 30 rows have the id of another.");
  }

  @Test
  void emptyIndexIsSavedAndLoaded() throws Exception {
    LiveIndex index = LiveIndex.create(Metric.L2, 3);
    index.save(io, path("empty"));
    LiveIndex loaded = LiveIndex.load(io, path("empty"), 1);
    assertThat(loaded.size()).isZero();
    loaded.insert(1, new float[3]);
    assertThat(loaded.search(new float[3], 1, 1)).hasToString("[1] at [0.0]");
  }

  @Test
  void whatIsRefused() throws Exception {
    String path = path("table");
    filled(Metric.L2, 10).save(io, path);
    LiveIndex other = filled(Metric.L2, 20);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> other.save(io, path))
        .withMessage("'%s' is another index table already; save to a new directory.", path);
    assertThatThrownBy(() -> LiveIndex.load(io, path("nothing"), 1))
        .isInstanceOf(NoSuchIndexException.class);

    LiveIndex first = LiveIndex.load(io, path, 1);
    LiveIndex second = LiveIndex.load(io, path, 1);
    first.save(io, path);
    assertThatThrownBy(() -> second.save(io, path)).isInstanceOf(CommitConflictException.class);
    assertThat(io.list(path + "/segments")).hasSize(2);

    TestTable table = new TestTable(directory.resolve("metadata"));
    table.commit(TestTable.random(5, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LiveIndex.load(io, table.path, 1))
        .withMessage("Column 'text' holds metadata, but a live index has only ids and vectors.");
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  private static void assertSameAnswers(LiveIndex index, LiveIndex expected) {
    assertThat(index.size()).isEqualTo(expected.size());
    for (int query = 0; query < 30; query++) {
      LiveHits hits = index.search(vector(-query), 10, 5000);
      LiveHits truth = expected.search(vector(-query), 10, 5000);
      for (int rank = 0; rank < 10; rank++) {
        assertThat(hits.distance(rank)).isEqualTo(truth.distance(rank), within());
      }
      LiveHits near = index.search(vector(-query), 10, 200);
      assertThat(near.distance(4)).isEqualTo(truth.distance(4), within());
    }
  }

  private static Offset<Float> within() {
    return Offset.offset(1e-5f);
  }

  private static LiveIndex filled(Metric metric, int rows) {
    LiveIndex index =
        LiveIndex.create(
            LiveIndexTest.schema(Primitive.INT32, 8), LiveIndexTest.params(metric, 8), 2);
    List<Integer> ids = new ArrayList<>();
    float[][] vectors = new float[rows][];
    for (int id = 0; id < rows; id++) {
      ids.add(id);
      vectors[id] = vector(id % 10 == 9 ? id - 1 : id);
    }
    index.insertAll(ids, vectors);
    return index;
  }

  private static float[] vector(int id) {
    Random random = new Random(id);
    float[] vector = new float[8];
    for (int i = 0; i < 8; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }
}
