package dev.knit.table;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** The JVM's one root of Arrow memory. */
final class ArrowMemory {
  private static RootAllocator root;

  private ArrowMemory() {}

  static BufferAllocator child(String name) {
    return root().newChildAllocator(name, 0, Long.MAX_VALUE);
  }

  /** Bytes that are in use. */
  static long used() {
    return root().getAllocatedMemory();
  }

  private static synchronized RootAllocator root() {
    if (root == null) {
      try {
        root = new RootAllocator();
      } catch (LinkageError e) { // Arrow's own initializers end in one
        throw new IllegalStateException(
            "Arrow has no access to memory in this JVM; start it with"
                + " --add-opens=java.base/java.nio=ALL-UNNAMED and, on JDK 24 and later,"
                + " --sun-misc-unsafe-memory-access=allow, as Spark's launcher does.",
            e);
      }
    }
    return root;
  }
}
