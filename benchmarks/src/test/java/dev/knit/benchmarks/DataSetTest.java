package dev.knit.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.vector.Metric;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSetTest {
  @TempDir Path directory;

  @Test
  void otherVectorsThatAreAsNearAreNotWrong() throws IOException {
    float[][] base = new float[12][];
    for (int i = 0; i < 12; i++) {
      base[i] = new float[] {Math.min(i, 9), 0}; // the last three are copies
    }
    DataSet data = DataSet.of("ties", Metric.L2, base, new float[][] {{0, 0}});
    assertThat(data.recall(new int[][] {{0, 1, 2, 3, 4, 5, 6, 7, 8, 11}})).isEqualTo(1);
    assertThat(data.recall(new int[][] {{0, 0, 0, 0, 0, 1, 2, 3, 4, 5}})).isEqualTo(0.6);
    assertThat(data.recall(new int[][] {{0, 1, 2, -1, -1, -1, -1, -1, -1, -1}})).isEqualTo(0.3);
  }

  @Test
  void vectorsHaveUnitLengthUnderCosine() throws IOException {
    float[][] base = new float[10][];
    for (int i = 0; i < 10; i++) {
      base[i] = new float[] {3, 4 + i};
    }
    DataSet data = DataSet.of("units", Metric.COSINE, base, new float[][] {{0, 2}});
    assertThat(data.base()[0]).containsExactly(0.6f, 0.8f);
    assertThat(data.queries()[0]).containsExactly(0, 1);
    assertThat(data.truth()[0][0]).isEqualTo(9);
  }

  @Test
  void readsImagesOfMnistByTheNameOfTheirDirectory() throws IOException {
    Path mnist = Files.createDirectory(directory.resolve("mnist-784"));
    images(mnist.resolve("train-images-idx3-ubyte.gz"), 0x0803, 12);
    images(mnist.resolve("t10k-images-idx3-ubyte.gz"), 0x0803, 3);
    DataSet data = DataSet.load(DataSets.in(mnist), 11, 2);
    assertThat(data.name()).isEqualTo("mnist-784-11");
    assertThat(data.base()).hasDimensions(11, 6);
    assertThat(data.queries()).hasDimensions(2, 6);
    assertThat(data.base()[10]).containsExactly(250, 251, 252, 253, 254, 255);
  }

  @Test
  void saysWhatIsNoImageFile() throws IOException {
    Path file = directory.resolve("x-idx3-ubyte.gz");
    images(file, 0x0801, 1);
    assertThatThrownBy(() -> IdxReader.read(file, 1))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "'%s' begins with 0x0801, not with 0x0803 as an idx3-ubyte file does.".formatted(file));
  }

  @Test
  void namesTheDataSetsThatThereAre() {
    assertThatThrownBy(() -> DataSets.in(Path.of("data", "other")))
        .hasMessageContaining("is none of the data sets [arxiv-lsa-256, mnist-784, sift1m-photos]");
  }

  /** Image i holds 25 × i … 25 × i + 5. */
  private static void images(Path file, int magic, int count) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new GZIPOutputStream(Files.newOutputStream(file)))) {
      for (int value : new int[] {magic, count, 2, 3}) {
        out.writeInt(value);
      }
      for (int i = 0; i < count; i++) {
        for (int pixel = 0; pixel < 6; pixel++) {
          out.writeByte(25 * i + pixel);
        }
      }
    }
  }
}
