package dev.knit.vector;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Time per distance, one vector against one and against four, all of them in the first caches. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class KernelBenchmark {
  private static final int VECTORS = 16;

  /** Length of a vector. */
  @Param({"128", "256", "784"})
  public int dimension;

  /** Plain Java, or the Vector API. */
  @Param({"scalar", "simd"})
  public String kernels;

  /** What is measured. */
  @Param({"L2", "COSINE"})
  public Metric metric;

  private DistanceKernel kernel;
  private float[] query;
  private float[] vectors;
  private final float[] out = new float[VECTORS];

  /** Fills all vectors at random. */
  @Setup
  public void setup() {
    VectorKernels chosen = kernels.equals("simd") ? new SimdKernels() : new ScalarKernels();
    kernel = metric == Metric.L2 ? chosen.squaredL2() : chosen.negatedDot();
    SplittableRandom random = new SplittableRandom(7);
    query = random(dimension, random);
    vectors = random(VECTORS * dimension, random);
  }

  private static float[] random(int length, SplittableRandom random) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }

  /** One after another. */
  @Benchmark
  @OperationsPerInvocation(VECTORS)
  public float[] one() {
    for (int i = 0; i < VECTORS; i++) {
      out[i] = kernel.one(query, 0, vectors, i * dimension, dimension);
    }
    return out;
  }

  /** Four at a time. */
  @Benchmark
  @OperationsPerInvocation(VECTORS)
  public float[] four() {
    for (int i = 0; i < VECTORS; i += 4) {
      int offset = i * dimension;
      kernel.four(
          query,
          0,
          vectors,
          offset,
          vectors,
          offset + dimension,
          vectors,
          offset + 2 * dimension,
          vectors,
          offset + 3 * dimension,
          dimension,
          out,
          i);
    }
    return out;
  }
}
