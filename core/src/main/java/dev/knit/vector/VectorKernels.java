package dev.knit.vector;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernels of this JVM, chosen once: the Vector API's where its module is present ({@code
 * --add-modules jdk.incubator.vector}), else plain Java with the same results up to the rounding of
 * a different order of addition.
 */
public sealed interface VectorKernels permits ScalarKernels, SimdKernels {

  /** How many floats are measured at once; stored vectors are padded to a multiple of it. */
  int lanes();

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

  /** The least multiple of {@link #lanes} that is not less than {@code length}. */
  default int padded(int length) {
    return (length + lanes() - 1) / lanes() * lanes();
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
