package dev.knit.table;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a commit did. Readers need not know the kind.
 *
 * @param details more about it, for people and for later commits
 */
public record Operation(String kind, Map<String, String> details) {
  /** A table was made, or made anew. */
  public static final String BUILD = "build";

  /** Segments were added. */
  public static final String APPEND = "append";

  /** Rows were marked as deleted. */
  public static final String DELETE = "delete";

  /** Segments were replaced by one with the same live rows. */
  public static final String COMPACT = "compact";

  /** Copies the details. */
  public Operation {
    details = Collections.unmodifiableMap(new TreeMap<>(details));
  }

  /** An operation of that kind. */
  public static Operation of(String kind) {
    return new Operation(kind, Map.of());
  }
}
