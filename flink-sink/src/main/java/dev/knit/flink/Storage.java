package dev.knit.flink;

import dev.knit.io.FileIO;
import java.io.Serializable;

/** Opens a storage where a task runs. */
@FunctionalInterface
public interface Storage extends Serializable {
  /** The storage. */
  FileIO open();
}
