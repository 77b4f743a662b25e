package dev.knit.hnsw;

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

/**
 * Time per node that is offered to a beam, with one expansion for every {@value #HOP} nodes as in a
 * search. Distances shrink on the way, as they do when a search draws nearer.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class BeamBenchmark {
  private static final int NODES = 1024;
  private static final int HOP = 16;

  /** Width of the beam. */
  @Param({"16", "64", "256"})
  public int ef;

  private final float[] keys = new float[NODES];
  private final Beam beam = new Beam();

  /** Draws the distances. */
  @Setup
  public void setup() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < NODES; i++) {
      double near = 1 - 0.5 * i / NODES;
      keys[i] = (float) (near * random.nextDouble(1, 3));
    }
  }

  /** One search's worth of nodes. */
  @Benchmark
  @OperationsPerInvocation(NODES)
  public int addAndExpand() {
    beam.reset(ef);
    int expanded = 0;
    for (int i = 0; i < NODES; i++) {
      beam.add(i, keys[i]);
      if (i % HOP == HOP - 1) {
        expanded += beam.expandNext(ef);
      }
    }
    return expanded;
  }
}
