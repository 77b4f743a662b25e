package dev.knit.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.function.Supplier;

/** A library in this JVM, asked one query at a time. Its memory is the heap that a build leaves. */
final class JvmContender implements Contender {
  private final String library;
  private final Supplier<AnnIndex> factory;
  private final DataSet data;
  private final BuildParams params;
  private AnnIndex index;

  JvmContender(String library, Supplier<AnnIndex> factory, DataSet data, BuildParams params) {
    this.library = library;
    this.factory = factory;
    this.data = data;
    this.params = params;
    this.index = factory.get(); // fails before anything is measured when it is not to be had
  }

  @Override
  public String library() {
    return library;
  }

  @Override
  public String memory() {
    return "heap" + (index.offHeapBytes() > 0 ? " and files" : "");
  }

  @Override
  public Build build() throws Exception {
    index.close();
    index = factory.get();
    long before = usedHeap();
    long start = System.nanoTime();
    index.build(data, params);
    double seconds = seconds(start);
    return new Build(seconds, usedHeap() - before + index.offHeapBytes());
  }

  @Override
  public Pass search(int ef) throws Exception {
    int[][] found = new int[data.queries().length][DataSet.K];
    for (int[] row : found) {
      Arrays.fill(row, -1);
    }
    index.ef(ef);
    long before = index.distanceComputations();
    long start = System.nanoTime();
    for (int q = 0; q < found.length; q++) {
      index.search(data.queries()[q], found[q]);
    }
    double seconds = seconds(start);
    long distances = before < 0 ? -1 : index.distanceComputations() - before;
    return new Pass(seconds, found, distances);
  }

  @Override
  public void close() throws Exception {
    index.close();
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  /** After two collections, since the first may leave what waits for its cleaner. */
  private static long usedHeap() {
    System.gc();
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
