package dev.knit.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.knit.vector.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LibrariesTest {
  private static final BuildParams PARAMS = new BuildParams(8, 64, 1);
  private static final String PYTHON = System.getProperty("knit.python", "python3");

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "knit, L2", "knit, COSINE",
    "hnswlib-core, L2", "hnswlib-core, COSINE",
    "jvector, L2", "jvector, COSINE",
    "lucene, L2", "lucene, COSINE",
    "hnswlib, L2", "hnswlib, COSINE",
    "faiss, L2", "faiss, COSINE"
  })
  void findsTheTruth(String library, Metric metric) throws Exception {
    assumeAvailable(library);
    DataSet data = data(metric);
    try (Contender contender = Libraries.contender(library, PYTHON, data, PARAMS)) {
      assertThat(contender.build().seconds()).isPositive();
      Contender.Build second = contender.build();
      assertThat(second.bytes()).isPositive();
      Contender.Pass pass = contender.search(200);
      assertThat(pass.seconds()).isPositive();
      assertThat(data.recall(pass.found())).isGreaterThan(0.95);
      assertThat(data.recall(contender.search(10).found())).isBetween(0.3, 0.99);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"knit", "jvector", "lucene", "faiss"})
  void countsDistancesOfOnePass(String library) throws Exception {
    assumeAvailable(library);
    DataSet data = data(Metric.L2);
    try (Contender contender = Libraries.contender(library, PYTHON, data, PARAMS)) {
      contender.build();
      contender.search(50);
      long distances = contender.search(10).distances() / data.queries().length;
      assertThat(distances).isBetween(20L, 1000L);
      assertThat(contender.search(50).distances() / data.queries().length)
          .isBetween(distances + 1, 2000L);
    }
  }

  @Test
  void namesTheLibrariesThatThereAre() throws IOException {
    DataSet data = data(Metric.L2);
    assertThatThrownBy(() -> Libraries.contender("annoy", PYTHON, data, PARAMS))
        .hasMessage(
            "Library 'annoy' is unknown; use some of [faiss, hnswlib, hnswlib-core, jvector, knit, lucene].");
  }

  @Test
  void saysWhatLuceneNeeds() throws IOException {
    assumeThat(Runtime.version().feature()).isLessThan(21);
    DataSet data = data(Metric.L2);
    assertThatThrownBy(() -> Libraries.contender("lucene", PYTHON, data, PARAMS))
        .hasMessage("Lucene 10 needs JDK 21 or later, not %d.", Runtime.version().feature());
  }

  @Test
  void saysWhatToInstallInPython() throws Exception {
    assumeThat(imports("sys")).as("%s can be started", PYTHON).isTrue();
    Path bare =
        Files.writeString(directory.resolve("bare"), "#!/bin/sh\nexec " + PYTHON + " -S \"$@\"\n");
    assertThat(bare.toFile().setExecutable(true)).isTrue();
    DataSet data = data(Metric.L2);
    assertThatThrownBy(() -> Libraries.contender("faiss", bare.toString(), data, PARAMS))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("faiss in '%s': No module named 'faiss'; install it: ", bare)
        .hasMessageEndingWith("-m pip install faiss-cpu");
  }

  @Test
  void saysThatPythonCannotBeStarted() throws IOException {
    DataSet data = data(Metric.L2);
    String missing = directory.resolve("missing").toString();
    assertThatThrownBy(() -> Libraries.contender("hnswlib", missing, data, PARAMS))
        .hasMessage(
            "Python '%s' cannot be started; name one that has hnswlib by --python.", missing);
  }

  private static void assumeAvailable(String library) {
    if (library.equals("lucene")) {
      assumeThat(Runtime.version().feature()).isGreaterThanOrEqualTo(21);
    }
    if (library.equals("hnswlib") || library.equals("faiss")) {
      assumeThat(imports(library)).as("%s can import %s", PYTHON, library).isTrue();
    }
  }

  private static boolean imports(String library) {
    try {
      return new ProcessBuilder(PYTHON, "-c", "import " + library).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Directions off the origin, so that l2 and cosine differ. */
  private static DataSet data(Metric metric) throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    return DataSet.of("random", metric, vectors(3000, random), vectors(100, random));
  }

  private static float[][] vectors(int count, SplittableRandom random) {
    float[][] vectors = new float[count][24];
    for (float[] vector : vectors) {
      for (int i = 0; i < vector.length; i++) {
        vector[i] = (float) random.nextDouble(-1, 1.5);
      }
    }
    return vectors;
  }
}
