package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.hnsw.CellRoute;
import dev.knit.hnsw.CellUppers;
import dev.knit.vector.VectorValues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CellFilesTest {
  @TempDir Path directory;
  private TestTable table;

  @BeforeEach
  void makeTable() {
    table = new TestTable(directory);
  }

  @Test
  void routesReadBackByTheCellTheyLeadTo() throws IOException {
    CellRoute first = new CellRoute(2, new int[] {5, 1}, new boolean[] {true, false});
    CellRoute second = new CellRoute(7, new int[] {3}, new boolean[] {true});
    TaskFile file = CellNodes.write(table.io, table.path, "routes", List.of(first, second));

    CellRoute read = CellNodes.route(table.io, table.path, file, 7);
    assertThat(read).usingRecursiveComparison().isEqualTo(second);
    assertThat(CellNodes.route(table.io, table.path, file, 2).nodes()).containsExactly(5, 1);
    assertThat(CellNodes.route(table.io, table.path, file, 3)).isNull();
  }

  @Test
  void upperNodesReadBack() throws IOException {
    CellNodes.Upper upper =
        new CellNodes.Upper(new int[] {4, 9}, new byte[] {1, 0}, TestTable.random(2, 1));
    TaskFile file = CellNodes.write(table.io, table.path, "upper", upper);

    assertThat(CellNodes.upper(table.io, table.path, file, TestTable.DIMENSION))
        .usingRecursiveComparison()
        .isEqualTo(upper);
  }

  @Test
  void sharesOfWhatJoinsCellsReadBack() throws IOException {
    CellUppers.Slice slice =
        new CellUppers.Slice(
            new int[] {1}, new int[] {8, -1}, new int[] {9, 8}, new float[] {2, 1}, new int[] {30});
    CellNodes.Joint joint = new CellNodes.Joint(slice, TestTable.random(1, 2));
    TaskFile file = CellNodes.write(table.io, table.path, "joint", joint);

    assertThat(CellNodes.joint(table.io, table.path, file, TestTable.DIMENSION))
        .usingRecursiveComparison()
        .isEqualTo(joint);
  }

  @Test
  void vectorsOfSeveralFilesAndMoreStandOneBehindTheOther() throws IOException {
    float[][] vectors = TestTable.random(10, 3);
    TaskFile first = write("first", vectors, 0, 6);
    TaskFile second = write("second", vectors, 6, 9);

    try (CellVectors.Reader reader =
        new CellVectors.Reader(table.params, TestTable.DIMENSION, 10)) {
      reader.add(table.io, table.path, first, 6);
      reader.add(table.io, table.path, second, 3);
      reader.add(vectors[9]);
      VectorValues read = reader.build();

      float[] vector = new float[TestTable.DIMENSION];
      for (int node = 0; node < 10; node++) {
        read.exact().copy(node, vector);
        assertThat(vector).isEqualTo(vectors[node]);
      }
    }
    float[][] some =
        CellVectors.select(table.io, table.path, first, TestTable.DIMENSION, new int[] {1, 5});
    assertThat(some).isDeepEqualTo(new float[][] {vectors[1], vectors[5]});
  }

  @Test
  void damageIsTold() throws IOException {
    TaskFile file = write("vectors", TestTable.random(5, 4), 0, 5);
    assertThatThrownBy(() -> read(file, 4))
        .isInstanceOf(CorruptIndexException.class)
        .hasMessageContaining("it does not hold 4 vectors of %d floats", TestTable.DIMENSION);

    byte[] bytes = Files.readAllBytes(directory.resolve("vectors"));
    bytes[7] ^= 16;
    Files.write(directory.resolve("vectors"), bytes);
    assertThatThrownBy(() -> read(file, 5))
        .isInstanceOf(CorruptIndexException.class)
        .hasMessageContaining("checksum");

    Files.delete(directory.resolve("vectors"));
    assertThatThrownBy(() -> read(file, 5))
        .isInstanceOf(CorruptIndexException.class)
        .hasMessageContaining("it is missing");
  }

  @Test
  void everyFlippedBitOfRoutesIsToldByTheChecksum() throws IOException {
    CellRoute route = new CellRoute(2, new int[] {5, 1}, new boolean[] {true, false});
    TaskFile file = CellNodes.write(table.io, table.path, "routes", List.of(route, route));
    byte[] bytes = Files.readAllBytes(directory.resolve("routes"));
    for (int bit = 0; bit < 8 * bytes.length; bit++) {
      byte[] damaged = bytes.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(directory.resolve("routes"), damaged);
      assertThatThrownBy(() -> CellNodes.route(table.io, table.path, file, 2))
          .isInstanceOf(CorruptIndexException.class)
          .hasMessageContaining("checksum");
    }
  }

  private void read(TaskFile file, int count) throws IOException {
    try (CellVectors.Reader reader =
        new CellVectors.Reader(table.params, TestTable.DIMENSION, count)) {
      reader.add(table.io, table.path, file, count);
    }
  }

  private TaskFile write(String path, float[][] vectors, int from, int to) throws IOException {
    try (CellVectors.Writer writer = new CellVectors.Writer(table.io, table.path, path)) {
      for (int i = from; i < to; i++) {
        writer.add(vectors[i]);
      }
      return writer.finish();
    }
  }
}
