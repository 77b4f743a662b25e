package dev.knit.spark.catalog;

import dev.knit.spark.TableAccess;
import dev.knit.spark.sql.KnitTable;
import dev.knit.spark.sql.ReadOptions;
import dev.knit.table.IndexTable;
import dev.knit.table.NoSuchIndexException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.connector.catalog.TableChange;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * Index tables by name: {@code spark.sql.catalog.knit = dev.knit.spark.catalog.KnitCatalog}. The
 * table {@code knit.db.docs} is the directory {@code db/docs} below the {@code warehouse} that the
 * catalog is given ({@code spark.sql.catalog.knit.warehouse}); a name with a slash, as in {@code
 * knit.`/data/docs`}, is a directory by itself. Safe for use by many threads.
 */
public final class KnitCatalog implements TableCatalog {
  private String name;
  private String warehouse;

  @Override
  public void initialize(String catalog, CaseInsensitiveStringMap options) {
    name = catalog;
    warehouse = options.get("warehouse");
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Identifier[] listTables(String[] namespace) {
    String directory = directory(namespace);
    TableAccess access = TableAccess.of(SparkSession.active(), directory);
    try {
      List<Identifier> tables = new ArrayList<>();
      for (String entry : access.io().list(access.path())) {
        if (new IndexTable(access.io(), access.path() + "/" + entry).exists()) {
          tables.add(Identifier.of(namespace, entry));
        }
      }
      return tables.toArray(Identifier[]::new);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  @Override
  public Table loadTable(Identifier table) throws NoSuchTableException {
    return load(table, ReadOptions.NEWEST);
  }

  /** A version by its number, or by its tag. */
  @Override
  public Table loadTable(Identifier table, String version) throws NoSuchTableException {
    return load(table, ReadOptions.version(version));
  }

  @Override
  public Table loadTable(Identifier table, long microseconds) throws NoSuchTableException {
    return load(table, ReadOptions.at(Instant.EPOCH.plus(microseconds, ChronoUnit.MICROS)));
  }

  @Override
  public Table alterTable(Identifier table, TableChange... changes) {
    throw unsupported("ALTER TABLE", table);
  }

  @Override
  public boolean dropTable(Identifier table) {
    throw unsupported("DROP TABLE", table);
  }

  @Override
  public void renameTable(Identifier table, Identifier newName) {
    throw unsupported("ALTER TABLE RENAME", table);
  }

  private KnitTable load(Identifier table, ReadOptions options) throws NoSuchTableException {
    try {
      return KnitTable.load(SparkSession.active(), path(table), options).named(name + "." + table);
    } catch (UncheckedIOException e) {
      boolean none = options.equals(ReadOptions.NEWEST) && !isPath(table);
      if (none && e.getCause() instanceof NoSuchIndexException) {
        throw new NoSuchTableException(table);
      }
      throw e;
    }
  }

  private String path(Identifier table) {
    return isPath(table) ? table.name() : directory(table.namespace()) + "/" + table.name();
  }

  private static boolean isPath(Identifier table) {
    return table.namespace().length == 0 && table.name().contains("/");
  }

  private String directory(String[] namespace) {
    if (warehouse == null) {
      throw new IllegalArgumentException(
          "Catalog '%1$s' has no warehouse: set spark.sql.catalog.%1$s.warehouse to a directory, or name tables by their directories, as in %1$s.`/data/docs`."
              .formatted(name));
    }
    return namespace.length == 0 ? warehouse : warehouse + "/" + String.join("/", namespace);
  }

  private UnsupportedOperationException unsupported(String statement, Identifier table) {
    return new UnsupportedOperationException(
        "%s is not supported by catalog '%s' (table %s).".formatted(statement, name, table));
  }
}
