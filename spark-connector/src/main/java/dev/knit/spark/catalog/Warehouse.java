package dev.knit.spark.catalog;

import dev.knit.io.FileIO;
import dev.knit.spark.KnitErrors;
import dev.knit.spark.TableAccess;
import dev.knit.table.IndexTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.spark.sql.SparkSession;

/**
 * Where the tables of a catalog are: a directory for each, below one for each namespace. A
 * namespace is a directory with a file {@code _knit_namespace}, which has its properties, or with
 * an index or another namespace in it. Holds no state.
 *
 * @param directory null when the catalog has none
 */
record Warehouse(String catalog, String directory) {
  private static final String MARKER = "_knit_namespace";

  /** The directory of a namespace. */
  String path(String... namespace) {
    if (directory == null) {
      throw KnitErrors.invalid(
          "Catalog '%1$s' has no warehouse: set spark.sql.catalog.%1$s.warehouse to a directory, or name tables by their directories, as in %1$s.`/data/docs`."
              .formatted(catalog));
    }
    for (String part : namespace) {
      requireName(part);
    }
    return namespace.length == 0 ? directory : directory + "/" + String.join("/", namespace);
  }

  /** The directory of a table. */
  String table(String[] namespace, String name) {
    requireName(name);
    return path(namespace) + "/" + name;
  }

  private static void requireName(String name) {
    if (name.isEmpty() || name.contains("/") || name.startsWith("_") || name.startsWith(".")) {
      throw KnitErrors.invalid(
          "'%s' is no name for a namespace or table: it becomes a directory, so it may not be empty, have a slash, or begin with '_' or '.'."
              .formatted(name));
    }
  }

  boolean exists(String... namespace) {
    return KnitErrors.told(
        () -> namespace.length == 0 || isNamespace(access(namespace), access(namespace).path()));
  }

  private static boolean isNamespace(TableAccess access, String path) throws IOException {
    if (access.io().exists(path + "/" + MARKER)) {
      return true;
    }
    for (String entry : entries(access.io(), path)) {
      String below = path + "/" + entry;
      if (access.io().exists(below + "/" + MARKER) || new IndexTable(access.io(), below).exists()) {
        return true;
      }
    }
    return false;
  }

  /** What is in a directory; nothing in what is none. */
  private static List<String> entries(FileIO io, String path) {
    try {
      List<String> names = new ArrayList<>(io.list(path));
      names.removeIf(name -> name.startsWith("_") || name.startsWith("."));
      return names.equals(List.of(path.substring(path.lastIndexOf('/') + 1))) ? List.of() : names;
    } catch (IOException e) {
      return List.of();
    }
  }

  /** The names of the tables in a namespace. */
  List<String> tables(String... namespace) {
    return KnitErrors.told(
        () -> {
          TableAccess access = access(namespace);
          List<String> tables = new ArrayList<>();
          for (String entry : entries(access.io(), access.path())) {
            if (new IndexTable(access.io(), access.path() + "/" + entry).exists()) {
              tables.add(entry);
            }
          }
          return tables;
        });
  }

  /** The names of the namespaces in one. */
  List<String> namespaces(String... namespace) {
    return KnitErrors.told(
        () -> {
          TableAccess access = access(namespace);
          List<String> found = new ArrayList<>();
          for (String entry : entries(access.io(), access.path())) {
            if (isNamespace(access, access.path() + "/" + entry)) {
              found.add(entry);
            }
          }
          return found;
        });
  }

  Map<String, String> properties(String... namespace) {
    return KnitErrors.told(
        () -> {
          Map<String, String> found = new HashMap<>();
          found.put("location", access(namespace).path());
          String marker = access(namespace).path() + "/" + MARKER;
          if (access(namespace).io().exists(marker)) {
            Properties stored = new Properties();
            try (InputStream in = access(namespace).io().open(marker)) {
              stored.load(in);
            }
            stored.stringPropertyNames().forEach(key -> found.put(key, stored.getProperty(key)));
          }
          return found;
        });
  }

  /** Makes a namespace; returns whether there was none. */
  boolean create(Map<String, String> properties, String... namespace) {
    return KnitErrors.told(
        () -> {
          TableAccess access = access(namespace);
          String marker = access.path() + "/" + MARKER;
          return access.io().createIfAbsent(marker, bytes(properties));
        });
  }

  void store(Map<String, String> properties, String... namespace) {
    KnitErrors.told(
        () -> {
          TableAccess access = access(namespace);
          access.io().replace(access.path() + "/" + MARKER, bytes(properties));
          return null;
        });
  }

  private static byte[] bytes(Map<String, String> properties) throws IOException {
    Properties stored = new Properties();
    properties.forEach(
        (key, value) -> {
          if (!key.equals("location")) {
            stored.setProperty(key, value);
          }
        });
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    stored.store(out, null);
    return out.toByteArray();
  }

  void drop(String... namespace) {
    KnitErrors.told(
        () -> {
          access(namespace).io().deleteDirectory(access(namespace).path());
          return null;
        });
  }

  private TableAccess access(String... namespace) {
    return TableAccess.of(SparkSession.active(), path(namespace));
  }
}
