package dev.knit.flink.table;

import dev.knit.flink.TableAccess;
import dev.knit.table.CommitConflictException;
import dev.knit.table.IndexTable;
import dev.knit.table.NoSuchIndexException;
import dev.knit.table.Snapshot;
import dev.knit.table.TableCommit;
import dev.knit.table.Warehouse;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.flink.table.catalog.CatalogBaseTable;
import org.apache.flink.table.catalog.CatalogDatabase;
import org.apache.flink.table.catalog.CatalogDatabaseImpl;
import org.apache.flink.table.catalog.ObjectPath;
import org.apache.flink.table.catalog.ResolvedCatalogBaseTable;
import org.apache.flink.table.catalog.ResolvedCatalogTable;
import org.apache.flink.table.catalog.TableChange;
import org.apache.flink.table.catalog.exceptions.CatalogException;
import org.apache.flink.table.catalog.exceptions.DatabaseAlreadyExistException;
import org.apache.flink.table.catalog.exceptions.DatabaseNotEmptyException;
import org.apache.flink.table.catalog.exceptions.DatabaseNotExistException;
import org.apache.flink.table.catalog.exceptions.ProcedureNotExistException;
import org.apache.flink.table.catalog.exceptions.TableAlreadyExistException;
import org.apache.flink.table.catalog.exceptions.TableNotExistException;
import org.apache.flink.table.catalog.stats.CatalogTableStatistics;
import org.apache.flink.table.factories.Factory;
import org.apache.flink.table.procedures.Procedure;

/**
 * Index tables by name: the table {@code db.docs} is the directory {@code db/docs} below the
 * warehouse, as in the catalog of Spark. The default database always exists. Safe for use by many
 * threads.
 */
final class KnitCatalog extends TablesOnly {
  private static final String COMMENT = "comment";

  private final TableAccess warehouse;
  private final Warehouse stored;

  KnitCatalog(String name, String database, TableAccess warehouse) {
    super(name, database);
    this.warehouse = warehouse;
    this.stored = new Warehouse(warehouse.io(), warehouse.path());
  }

  @Override
  public void open() {
    // looks at the storage with each call
  }

  @Override
  public void close() {
    // holds nothing
  }

  @Override
  public Optional<Factory> getFactory() {
    return Optional.of(new KnitTableFactory());
  }

  private interface Work<T> {
    T run() throws IOException;
  }

  private <T> T told(Work<T> work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw new CatalogException(
          "Catalog '%s' in '%s': %s".formatted(getName(), warehouse.path(), e.getMessage()), e);
    } catch (IllegalArgumentException e) {
      throw new CatalogException(e.getMessage(), e);
    }
  }

  @Override
  public List<String> listDatabases() {
    TreeSet<String> names = new TreeSet<>(told(() -> stored.namespaces()));
    names.add(getDefaultDatabase());
    return List.copyOf(names);
  }

  @Override
  public boolean databaseExists(String database) {
    return database.equals(getDefaultDatabase()) || told(() -> stored.exists(database));
  }

  @Override
  public CatalogDatabase getDatabase(String database) throws DatabaseNotExistException {
    requireDatabase(database);
    Map<String, String> properties = told(() -> stored.properties(database));
    String comment = properties.remove(COMMENT);
    return new CatalogDatabaseImpl(properties, comment == null ? "" : comment);
  }

  @Override
  public void createDatabase(String database, CatalogDatabase given, boolean ignoreIfExists)
      throws DatabaseAlreadyExistException {
    boolean made =
        !databaseExists(database) && told(() -> stored.create(properties(given), database));
    if (!made && !ignoreIfExists) {
      throw new DatabaseAlreadyExistException(getName(), database);
    }
  }

  /** What is stored of a database; its comment is one of the properties. */
  private static Map<String, String> properties(CatalogDatabase given) {
    Map<String, String> properties = new HashMap<>(given.getProperties());
    if (given.getComment() != null && !given.getComment().isEmpty()) {
      properties.put(COMMENT, given.getComment());
    }
    return properties;
  }

  @Override
  public void dropDatabase(String database, boolean ignoreIfNotExists, boolean cascade)
      throws DatabaseNotExistException, DatabaseNotEmptyException {
    if (!told(() -> stored.exists(database))) {
      if (!ignoreIfNotExists) {
        throw new DatabaseNotExistException(getName(), database);
      }
      return;
    }
    boolean empty =
        told(() -> stored.tables(database).isEmpty() && stored.namespaces(database).isEmpty());
    if (!cascade && !empty) {
      throw new DatabaseNotEmptyException(getName(), database);
    }
    told(
        () -> {
          stored.drop(database);
          return null;
        });
  }

  @Override
  public void alterDatabase(String database, CatalogDatabase given, boolean ignoreIfNotExists)
      throws DatabaseNotExistException {
    if (!databaseExists(database) && ignoreIfNotExists) {
      return;
    }
    requireDatabase(database);
    told(
        () -> {
          stored.store(properties(given), database);
          return null;
        });
  }

  private void requireDatabase(String database) throws DatabaseNotExistException {
    if (!databaseExists(database)) {
      throw new DatabaseNotExistException(getName(), database);
    }
  }

  @Override
  public List<String> listTables(String database) throws DatabaseNotExistException {
    requireDatabase(database);
    return told(() -> stored.tables(database));
  }

  @Override
  public boolean tableExists(ObjectPath path) {
    return told(() -> at(path).table().exists());
  }

  /** Where a table is or would be. */
  TableAccess at(ObjectPath path) {
    return warehouse.at(
        told(() -> stored.table(new String[] {path.getDatabaseName()}, path.getObjectName())));
  }

  @Override
  public CatalogBaseTable getTable(ObjectPath path) throws TableNotExistException {
    return CatalogTables.of(at(path), snapshot(path, ReadVersion.NEWEST), ReadVersion.NEWEST);
  }

  /** The version that was the newest at some time. */
  @Override
  public CatalogBaseTable getTable(ObjectPath path, long timestamp) throws TableNotExistException {
    Snapshot then = snapshot(path, new ReadVersion(null, Instant.ofEpochMilli(timestamp), null));
    return CatalogTables.of(at(path), then, new ReadVersion(then.version(), null, null));
  }

  private Snapshot snapshot(ObjectPath path, ReadVersion version) throws TableNotExistException {
    IndexTable table = at(path).table();
    if (!tableExists(path)) {
      throw new TableNotExistException(getName(), path);
    }
    try {
      return version.of(table);
    } catch (NoSuchIndexException e) {
      throw new CatalogException(e.getMessage(), e);
    } catch (IOException e) {
      throw new CatalogException("'%s' cannot be read: %s".formatted(table.path(), e), e);
    }
  }

  @Override
  public void createTable(ObjectPath path, CatalogBaseTable table, boolean ignoreIfExists)
      throws TableAlreadyExistException, DatabaseNotExistException {
    requireDatabase(path.getDatabaseName());
    if (!(table instanceof ResolvedCatalogTable resolved)) {
      throw unsupported(((ResolvedCatalogBaseTable<?>) table).getTableKind() + "s");
    }
    if (tableExists(path)) {
      requireIgnored(path, ignoreIfExists);
      return;
    }
    Snapshot first = CatalogTables.first(resolved);
    try {
      stored.create(Map.of(), path.getDatabaseName());
      TableCommit.create(warehouse.io(), at(path).path(), first);
    } catch (CommitConflictException e) {
      requireIgnored(path, ignoreIfExists);
    } catch (IOException e) {
      throw new CatalogException("Table %s cannot be made: %s".formatted(path, e), e);
    }
  }

  private void requireIgnored(ObjectPath path, boolean ignored) throws TableAlreadyExistException {
    if (!ignored) {
      throw new TableAlreadyExistException(getName(), path);
    }
  }

  /** Deletes the directory with all versions. */
  @Override
  public void dropTable(ObjectPath path, boolean ignoreIfNotExists) throws TableNotExistException {
    if (!tableExists(path)) {
      if (!ignoreIfNotExists) {
        throw new TableNotExistException(getName(), path);
      }
      return;
    }
    told(
        () -> {
          at(path).table().drop();
          return null;
        });
  }

  /** Adds, drops and renames metadata columns; each is a version. */
  @Override
  public void alterTable(
      ObjectPath path, CatalogBaseTable table, List<TableChange> changes, boolean ignoreIfNotExists)
      throws TableNotExistException {
    if (tableExists(path)) {
      ColumnChanges columns = new ColumnChanges(at(path).writer(), path.getFullName());
      told(
          () -> {
            columns.apply(changes);
            return null;
          });
    } else if (!ignoreIfNotExists) {
      throw new TableNotExistException(getName(), path);
    }
  }

  @Override
  public CatalogTableStatistics getTableStatistics(ObjectPath path) throws TableNotExistException {
    Snapshot newest = snapshot(path, ReadVersion.NEWEST);
    long bytes = newest.segments().stream().mapToLong(segment -> segment.bytes()).sum();
    int files = newest.segments().stream().mapToInt(segment -> segment.files().size()).sum();
    return new CatalogTableStatistics(newest.rows(), files, bytes, bytes);
  }

  @Override
  public List<String> listProcedures(String database) {
    return Procedures.in(database);
  }

  @Override
  public Procedure getProcedure(ObjectPath path) throws ProcedureNotExistException {
    return Procedures.of(path, this::named)
        .orElseThrow(() -> new ProcedureNotExistException(getName(), path));
  }

  /** A table by its name, with that of its database or in the default one. */
  private TableAccess named(String name) {
    ObjectPath path =
        name.contains(".")
            ? ObjectPath.fromString(name)
            : new ObjectPath(getDefaultDatabase(), name);
    if (!tableExists(path)) {
      throw new CatalogException(
          "Catalog '%s' has no table '%s'; name one as 'database.table'."
              .formatted(getName(), path.getFullName()));
    }
    return at(path);
  }
}
