package dev.knit.hnsw;

import dev.knit.vector.FlatVectors;
import dev.knit.vector.Metric;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Time per search of a graph over random vectors. With 8 dimensions gathering, visited marks and
 * the beam are most of it; with 128 measuring is.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class SearchBenchmark {
  private static final int QUERIES = 256;
  private static final int K = 10;

  /** How many vectors there are. */
  @Param("20000")
  public int rows;

  /** Length of a vector. */
  @Param({"8", "128"})
  public int dimension;

  /** Width of the beam. */
  @Param({"32", "128"})
  public int ef;

  private HnswSearcher searcher;
  private float[][] queries;
  private int next;

  /** Builds the graph. */
  @Setup
  public void setup() {
    SplittableRandom random = new SplittableRandom(7);
    FlatVectors vectors = FlatVectors.of(Metric.L2, random(rows, dimension, random));
    queries = random(QUERIES, dimension, random);
    HnswParams params = HnswParams.DEFAULT;
    byte[] levels = new byte[rows];
    for (int i = 0; i < rows; i++) {
      levels[i] = Levels.of(0, i, params.m());
    }
    HnswGraph graph = new HnswBuilder(params, 1).build(vectors, levels);
    searcher = new HnswSearcher(graph.withoutLengths(), vectors);
  }

  private static float[][] random(int count, int dimension, SplittableRandom random) {
    float[][] vectors = new float[count][dimension];
    for (float[] vector : vectors) {
      for (int i = 0; i < dimension; i++) {
        vector[i] = (float) random.nextDouble(-1, 1);
      }
    }
    return vectors;
  }

  /** One query after another. */
  @Benchmark
  public int search() {
    return searcher.search(queries[next++ & (QUERIES - 1)], K, ef).node(0);
  }
}
