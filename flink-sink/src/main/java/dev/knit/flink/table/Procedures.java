package dev.knit.flink.table;

import dev.knit.flink.TableAccess;
import dev.knit.table.Snapshot;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.ObjectPath;
import org.apache.flink.table.procedures.Procedure;

/** What can be called in the database {@code sys} of a catalog. */
final class Procedures {
  private static final String SYSTEM = "sys";

  /** Finds tables by their names. */
  interface Tables {
    TableAccess of(String name);
  }

  private static final Map<String, Function<Tables, Procedure>> ALL =
      Map.of(
          "compact", CompactProcedure::new,
          "expire", ExpireProcedure::new,
          "verify", VerifyProcedure::new,
          "search", SearchProcedure::new);

  private Procedures() {}

  static List<String> in(String database) {
    return database.equals(SYSTEM) ? List.copyOf(new TreeSet<>(ALL.keySet())) : List.of();
  }

  static Optional<Procedure> of(ObjectPath path, Tables tables) {
    return path.getDatabaseName().equals(SYSTEM)
        ? Optional.ofNullable(ALL.get(path.getObjectName())).map(made -> made.apply(tables))
        : Optional.empty();
  }

  /** A version of a table by its number, or the newest when that is null. */
  static Snapshot snapshot(TableAccess table, Long version) throws IOException {
    return version == null ? table.table().snapshot() : table.table().snapshot(version);
  }

  /**
   * An argument that must be given.
   *
   * @throws ValidationException when it is null
   */
  static <T> T required(String name, T value) {
    if (value == null) {
      throw new ValidationException("Argument '%s' must not be null.".formatted(name));
    }
    return value;
  }
}
