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

  /** Rows were added, in place of those with the same ids. */
  public static final String UPSERT = "upsert";

  /** Rows were changed where they met a condition. */
  public static final String UPDATE = "update";

  /** Rows were changed, added and deleted as the rows of another table said. */
  public static final String MERGE = "merge";

  /** Rows that met a condition were deleted and others added. */
  public static final String OVERWRITE = "overwrite";

  /** An earlier version came back. */
  public static final String ROLLBACK = "rollback";

  /** Metadata columns were added, dropped or renamed. */
  public static final String SCHEMA = "schema";

  /** A version got a name or lost one. */
  public static final String TAG = "tag";

  /** Old versions were given up. */
  public static final String EXPIRE = "expire";

  /** The rows of another table were copied. */
  public static final String CLONE = "clone";

  /** Copies the details. */
  public Operation {
    details = Collections.unmodifiableMap(new TreeMap<>(details));
  }

  /** An operation of that kind. */
  public static Operation of(String kind) {
    return new Operation(kind, Map.of());
  }
}
