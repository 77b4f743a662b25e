package dev.knit.spark.catalog;

import dev.knit.spark.KnitErrors;
import dev.knit.spark.TableAccess;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * Where the tables of a catalog are, with errors as Spark tells them. Holds no state.
 *
 * @param directory null when the catalog has none
 */
record Warehouse(String catalog, String directory) {

  /** The directory of a table. */
  String table(String[] namespace, String name) {
    return KnitErrors.told(() -> stored().table(namespace, name));
  }

  boolean exists(String... namespace) {
    return KnitErrors.told(() -> namespace.length == 0 || stored().exists(namespace));
  }

  /** The names of the tables in a namespace. */
  List<String> tables(String... namespace) {
    return KnitErrors.told(() -> stored().tables(namespace));
  }

  /** The names of the namespaces in one. */
  List<String> namespaces(String... namespace) {
    return KnitErrors.told(() -> stored().namespaces(namespace));
  }

  Map<String, String> properties(String... namespace) {
    return KnitErrors.told(() -> stored().properties(namespace));
  }

  /** Makes a namespace; returns whether there was none. */
  boolean create(Map<String, String> properties, String... namespace) {
    return KnitErrors.told(() -> stored().create(properties, namespace));
  }

  void store(Map<String, String> properties, String... namespace) {
    KnitErrors.told(
        () -> {
          stored().store(properties, namespace);
          return null;
        });
  }

  void drop(String... namespace) {
    KnitErrors.told(
        () -> {
          stored().drop(namespace);
          return null;
        });
  }

  private dev.knit.table.Warehouse stored() {
    if (directory == null) {
      throw KnitErrors.invalid(
          "Catalog '%1$s' has no warehouse: set spark.sql.catalog.%1$s.warehouse to a directory, or name tables by their directories, as in %1$s.`/data/docs`."
              .formatted(catalog));
    }
    TableAccess access = TableAccess.of(SparkSession.active(), directory);
    return new dev.knit.table.Warehouse(access.io(), access.path());
  }
}
