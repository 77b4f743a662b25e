package dev.knit.spark.procedure;

import dev.knit.spark.KnitIndex;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.catalog.procedures.ProcedureParameter;

/** The arguments of a call, by name; null where none was given and there is no default. */
record Call(
    InternalRow values, List<ProcedureParameter> parameters, Function<String, String> tables) {

  SparkSession spark() {
    return SparkSession.active();
  }

  /** The newest version of the table. */
  KnitIndex index() {
    String table = text("table");
    if (table == null) {
      throw new IllegalArgumentException("table must not be null.");
    }
    return KnitIndex.open(spark(), tables.apply(table));
  }

  boolean has(String name) {
    return !values.isNullAt(place(name));
  }

  String text(String name) {
    return has(name) ? values.getUTF8String(place(name)).toString() : null;
  }

  long number(String name, long least) {
    if (!has(name) || values.getLong(place(name)) < least) {
      throw new IllegalArgumentException(
          "%s (%s) must be at least %d."
              .formatted(name, has(name) ? values.getLong(place(name)) : "null", least));
    }
    return values.getLong(place(name));
  }

  int count(String name, int least) {
    return Math.toIntExact(Math.min(Integer.MAX_VALUE, number(name, least)));
  }

  boolean flag(String name) {
    return has(name) && values.getBoolean(place(name));
  }

  Instant time(String name) {
    return Instant.EPOCH.plus(values.getLong(place(name)), ChronoUnit.MICROS);
  }

  int[] counts(String name) {
    return values.getArray(place(name)).toIntArray();
  }

  /** The only one of some arguments that was given. */
  String only(String... names) {
    List<String> given = Arrays.stream(names).filter(this::has).toList();
    if (given.size() != 1) {
      throw new IllegalArgumentException(
          "Give one of %s, not %s.".formatted(List.of(names), given.isEmpty() ? "none" : given));
    }
    return given.get(0);
  }

  private int place(String name) {
    for (int i = 0; i < parameters.size(); i++) {
      if (parameters.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new IllegalStateException("There is no parameter " + name + ".");
  }
}
