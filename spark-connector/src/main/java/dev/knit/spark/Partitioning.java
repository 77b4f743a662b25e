package dev.knit.spark;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How rows are put in the parts that subgraphs are built of. */
public enum Partitioning {
  /** {@link #CELLS}, but under {@code inner_product} {@link #HASH}. */
  AUTO,
  /**
   * By a hash of the vector; merged in rounds, the last of which needs the whole graph in one JVM.
   */
  HASH,
  /** Neighbors together; merged across borders by tasks that need one or two cells each. */
  CELLS;

  /** The name used in options: {@code auto}, {@code hash}, {@code cells}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The one of that name, whatever its case.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Partitioning of(String id) {
    return Arrays.stream(values())
        .filter(one -> one.id().equalsIgnoreCase(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Partitioning '%s' is unknown; use one of %s."
                        .formatted(
                            id,
                            Arrays.stream(values())
                                .map(Partitioning::id)
                                .collect(Collectors.joining(", ")))));
  }
}
