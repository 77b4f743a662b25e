package dev.knit.spark.procedure;

import dev.knit.spark.KnitException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.procedures.ProcedureParameter;
import org.apache.spark.sql.connector.catalog.procedures.UnboundProcedure;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The procedures of a catalog, all in the namespace {@code system}. */
public final class Procedures {
  private static final String SYSTEM = "system";
  private static final ProcedureParameter TABLE = in("table", DataTypes.StringType).build();
  private static final ProcedureParameter VERSION = optional("version", DataTypes.LongType);

  private record Definition(
      String description,
      List<ProcedureParameter> parameters,
      String result,
      KnitProcedure.Action action) {}

  private static final Map<String, Definition> ALL =
      Map.of(
          "compact",
          new Definition(
              "Makes one segment each of groups of small ones, or of all",
              List.of(TABLE, optional("all", DataTypes.BooleanType, "false")),
              "version bigint, compacted int, segments int, rows bigint, dropped bigint",
              Maintenance::compact),
          "expire",
          new Definition(
              "Gives up old versions but those with a tag",
              List.of(
                  TABLE,
                  optional("keep", DataTypes.LongType),
                  optional("older_than", DataTypes.TimestampType)),
              "version bigint, earliest bigint",
              Maintenance::expire),
          "vacuum",
          new Definition(
              "Removes files that no version needs",
              List.of(
                  TABLE,
                  optional("grace_hours", DataTypes.LongType, "72"),
                  optional("dry_run", DataTypes.BooleanType, "false")),
              "removed boolean, versions int, files int, bytes bigint",
              Maintenance::vacuum),
          "verify",
          new Definition(
              "Reads all files of a version and checks them",
              List.of(TABLE, VERSION),
              "version bigint, whole boolean, files int, bytes bigint, problems array<string>",
              Maintenance::verify),
          "history",
          new Definition(
              "The versions that have not expired, the newest first",
              List.of(TABLE),
              "version bigint, timestamp timestamp, operation string, rows bigint, segments int, tags array<string>, details map<string, string>",
              Maintenance::history),
          "rollback",
          new Definition(
              "Makes the content of an earlier version that of a new one",
              List.of(
                  TABLE,
                  VERSION,
                  optional("tag", DataTypes.StringType),
                  optional("timestamp", DataTypes.TimestampType)),
              "version bigint, of bigint",
              Maintenance::rollback),
          "tag",
          new Definition(
              "Gives a version a name, with which it does not expire",
              List.of(TABLE, in("name", DataTypes.StringType).build(), VERSION),
              "name string, version bigint",
              Maintenance::tag),
          "untag",
          new Definition(
              "Takes a name away",
              List.of(TABLE, in("name", DataTypes.StringType).build()),
              "name string",
              Maintenance::untag),
          "stats",
          new Definition(
              "Levels, degrees and estimated recall of the graphs",
              List.of(TABLE, optional("sample", DataTypes.LongType, "100")),
              "segment string, rows int, level int, nodes int, unreachable int, mean_degree double, max_degree int, max_in_degree int, k int, ef int, recall double, distances_per_query double",
              Measurements::stats),
          "recall",
          new Definition(
              "Measures searches against exact search, by rows of a table or of the index",
              List.of(
                  TABLE,
                  optional("k", DataTypes.LongType, "10"),
                  optional(
                      "ef",
                      DataTypes.createArrayType(DataTypes.IntegerType),
                      "array(16, 32, 64, 128)"),
                  optional("queries", DataTypes.StringType),
                  optional("column", DataTypes.StringType),
                  optional("sample", DataTypes.LongType, "200")),
              "k int, ef int, recall double, distances_per_query double, queries_per_second double",
              Measurements::recall));

  private Procedures() {}

  /**
   * A procedure by its name.
   *
   * @param tables finds the directory of a table by the name that was given
   * @throws KnitException when there is none
   */
  public static UnboundProcedure load(Identifier name, Function<String, String> tables) {
    Definition found = isSystem(name.namespace()) ? ALL.get(name.name()) : null;
    if (found == null) {
      throw new KnitException(
          "KNIT_NO_SUCH_PROCEDURE",
          Map.of(
              "procedure", name.toString(), "procedures", new TreeSet<>(ALL.keySet()).toString()),
          null);
    }
    return new KnitProcedure(
        name.name(),
        found.description(),
        found.parameters().toArray(ProcedureParameter[]::new),
        StructType.fromDDL(found.result()),
        found.action(),
        tables);
  }

  /** All in a namespace. */
  public static Identifier[] in(String... namespace) {
    return isSystem(namespace)
        ? new TreeSet<>(ALL.keySet())
            .stream().map(name -> Identifier.of(namespace, name)).toArray(Identifier[]::new)
        : new Identifier[0];
  }

  private static boolean isSystem(String... namespace) {
    return Arrays.equals(namespace, new String[] {SYSTEM});
  }

  private static ProcedureParameter.Builder in(String name, DataType type) {
    return ProcedureParameter.in(name, type);
  }

  private static ProcedureParameter optional(String name, DataType type) {
    return optional(name, type, "null");
  }

  private static ProcedureParameter optional(String name, DataType type, String value) {
    return in(name, type).defaultValue(value).build();
  }
}
