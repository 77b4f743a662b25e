package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * Index tables by name, as the catalogs of all engines see them: a directory for each, below one
 * for each namespace. A namespace is a directory with a file {@code _knit_namespace}, which has its
 * properties, or with an index or another namespace in it; the warehouse itself is the namespace
 * without a name. Holds no state: each call looks at the storage.
 */
public final class Warehouse {
  private static final String MARKER = "_knit_namespace";

  private final FileIO io;
  private final String directory;

  /** The warehouse in a directory, which need not exist. */
  public Warehouse(FileIO io, String directory) {
    this.io = io;
    this.directory = directory;
  }

  /**
   * The directory of a namespace.
   *
   * @throws IllegalArgumentException when a part of it is no name
   */
  public String path(String... namespace) {
    for (String part : namespace) {
      requireName(part);
    }
    return namespace.length == 0 ? directory : directory + "/" + String.join("/", namespace);
  }

  /**
   * The directory of a table.
   *
   * @throws IllegalArgumentException when it has no proper name
   */
  public String table(String[] namespace, String name) {
    requireName(name);
    return path(namespace) + "/" + name;
  }

  private static void requireName(String name) {
    if (name.isEmpty() || name.contains("/") || name.startsWith("_") || name.startsWith(".")) {
      throw new IllegalArgumentException(
          "'%s' is no name for a namespace or table: it becomes a directory, so it may not be empty, have a slash, or begin with '_' or '.'."
              .formatted(name));
    }
  }

  /** Whether there is such a namespace. */
  public boolean exists(String... namespace) throws IOException {
    return namespace.length == 0 || isNamespace(path(namespace));
  }

  private boolean isNamespace(String path) throws IOException {
    if (io.exists(path + "/" + MARKER)) {
      return true;
    }
    for (String entry : entries(path)) {
      String below = path + "/" + entry;
      if (io.exists(below + "/" + MARKER) || isTable(below)) {
        return true;
      }
    }
    return false;
  }

  private boolean isTable(String path) throws IOException {
    return new IndexTable(io, path).exists();
  }

  /** What is in a directory; nothing in what is none. */
  private List<String> entries(String path) {
    try {
      List<String> names = new ArrayList<>(io.list(path));
      names.removeIf(name -> name.startsWith("_") || name.startsWith("."));
      return names.equals(List.of(path.substring(path.lastIndexOf('/') + 1))) ? List.of() : names;
    } catch (IOException e) {
      return List.of();
    }
  }

  /** The names of the tables in a namespace. */
  public List<String> tables(String... namespace) throws IOException {
    List<String> tables = new ArrayList<>();
    for (String entry : entries(path(namespace))) {
      if (isTable(path(namespace) + "/" + entry)) {
        tables.add(entry);
      }
    }
    return tables;
  }

  /** The names of the namespaces in one. */
  public List<String> namespaces(String... namespace) throws IOException {
    List<String> found = new ArrayList<>();
    for (String entry : entries(path(namespace))) {
      if (isNamespace(path(namespace) + "/" + entry)) {
        found.add(entry);
      }
    }
    return found;
  }

  /** The properties of a namespace, with its directory as {@code location}. */
  public Map<String, String> properties(String... namespace) throws IOException {
    Map<String, String> found = new HashMap<>();
    found.put("location", path(namespace));
    String marker = path(namespace) + "/" + MARKER;
    if (io.exists(marker)) {
      Properties stored = new Properties();
      try (InputStream in = io.open(marker)) {
        stored.load(in);
      }
      stored.stringPropertyNames().forEach(key -> found.put(key, stored.getProperty(key)));
    }
    return found;
  }

  /** Makes a namespace; returns whether there was none. */
  public boolean create(Map<String, String> properties, String... namespace) throws IOException {
    return io.createIfAbsent(path(namespace) + "/" + MARKER, bytes(properties));
  }

  /** Gives a namespace other properties. */
  public void store(Map<String, String> properties, String... namespace) throws IOException {
    io.replace(path(namespace) + "/" + MARKER, bytes(properties));
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

  /** Deletes a namespace with all that is in it. */
  public void drop(String... namespace) throws IOException {
    io.deleteDirectory(path(namespace));
  }
}
