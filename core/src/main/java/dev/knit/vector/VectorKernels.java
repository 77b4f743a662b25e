package dev.knit.vector;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernels of this JVM, chosen once: the Vector API's where its module is present ({@code
 * --add-modules jdk.incubator.vector}), else plain Java.
 *
 * <p>Component i goes to sum i mod {@value #SUMS}, by a fused multiply and add where there is a
 * product; then the upper half of the sums is added to the lower until one is left. So distances,
 * and graphs, are the same to the bit with the Vector API and without it, on any processor with
 * vectors of 256 or 512 bits. With vectors of 128 bits there are four sums.
 */
public sealed interface VectorKernels permits ScalarKernels, SimdKernels {

  /** How many sums are added up side by side; stored vectors are padded to a multiple of it. */
  int SUMS = 16;

  /** Squared Euclidean distance. */
  DistanceKernel squaredL2();

  /** Negated dot product. */
  DistanceKernel negatedDot();

  /** Manhattan distance. */
  DistanceKernel l1();

  /** Dot products with codes. */
  CodeKernel codes();

  /** What keys from a query are measured by. */
  default DistanceKernel fromQuery(Metric metric) {
    return switch (metric) {
      case L2 -> squaredL2();
      case COSINE, INNER_PRODUCT -> negatedDot();
      case L1 -> l1();
    };
  }

  /** What keys between stored vectors are measured by, see {@link Distances}. */
  default DistanceKernel fromNode(Metric metric) {
    return metric == Metric.INNER_PRODUCT ? squaredL2() : fromQuery(metric);
  }

  /** The least multiple of {@link #SUMS} that is not less than {@code length}. */
  static int padded(int length) {
    return (length + SUMS - 1) / SUMS * SUMS;
  }

  /** The kernels of this JVM. */
  static VectorKernels best() {
    return Chosen.KERNELS;
  }

  /** Whether this JVM measures by the Vector API. */
  static boolean simd() {
    return best() instanceof SimdKernels;
  }

  /** Holds the choice so that it is made when first needed. */
  final class Chosen {
    private static final VectorKernels KERNELS = choose();

    private Chosen() {}

    private static VectorKernels choose() {
      if (Boolean.getBoolean("knit.scalar")) {
        return new ScalarKernels();
      }
      boolean present = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
      if (present && isOptimizing() && SimdKernels.isWideEnough()) {
        return new SimdKernels();
      }
      Logger log = LoggerFactory.getLogger(VectorKernels.class);
      log.warn(
          "No Vector API that is fast here, so distances are measured by slower scalar code; start the JVM"
              + " with --add-modules=jdk.incubator.vector.");
      return new ScalarKernels();
    }

    /** Without the optimizing compiler the Vector API makes an object of each vector. */
    private static boolean isOptimizing() {
      String mode = System.getProperty("java.vm.info", "");
      return !mode.contains("emulated-client") && !mode.contains("interpreted mode");
    }
  }
}
