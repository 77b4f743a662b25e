package dev.knit.spark.catalog;

import dev.knit.spark.KnitErrors;
import dev.knit.spark.KnitException;
import dev.knit.spark.NewTable;
import dev.knit.spark.TableAccess;
import dev.knit.spark.TableNames;
import dev.knit.spark.procedure.Procedures;
import dev.knit.spark.sql.KnitTable;
import dev.knit.spark.sql.ReadOptions;
import dev.knit.spark.write.StagedIndex;
import dev.knit.table.IndexTable;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NamespaceAlreadyExistsException;
import org.apache.spark.sql.catalyst.analysis.NoSuchNamespaceException;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.catalyst.analysis.NonEmptyNamespaceException;
import org.apache.spark.sql.catalyst.analysis.TableAlreadyExistsException;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.NamespaceChange;
import org.apache.spark.sql.connector.catalog.ProcedureCatalog;
import org.apache.spark.sql.connector.catalog.StagedTable;
import org.apache.spark.sql.connector.catalog.StagingTableCatalog;
import org.apache.spark.sql.connector.catalog.SupportsNamespaces;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableChange;
import org.apache.spark.sql.connector.catalog.TableInfo;
import org.apache.spark.sql.connector.catalog.procedures.UnboundProcedure;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * Index tables by name: {@code spark.sql.catalog.knit = dev.knit.spark.catalog.KnitCatalog}. The
 * table {@code knit.db.docs} is the directory {@code db/docs} below the {@code warehouse} that the
 * catalog is given ({@code spark.sql.catalog.knit.warehouse}); a name with a slash, as in {@code
 * knit.`/data/docs`}, is a directory by itself. Safe for use by many threads.
 */
public final class KnitCatalog
    implements StagingTableCatalog, SupportsNamespaces, ProcedureCatalog {
  private String name;
  private Warehouse warehouse;

  @Override
  public void initialize(String catalog, CaseInsensitiveStringMap options) {
    name = catalog;
    warehouse = new Warehouse(catalog, options.get("warehouse"));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Identifier[] listTables(String[] namespace) throws NoSuchNamespaceException {
    requireNamespace(namespace);
    return warehouse.tables(namespace).stream()
        .map(table -> Identifier.of(namespace, table))
        .toArray(Identifier[]::new);
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
  public boolean tableExists(Identifier table) {
    return KnitErrors.told(() -> table(table).exists());
  }

  private KnitTable load(Identifier table, ReadOptions options) throws NoSuchTableException {
    if (!isPath(table) && !tableExists(table)) {
      throw new NoSuchTableException(table);
    }
    return KnitTable.load(SparkSession.active(), path(table), options).named(name + "." + table);
  }

  @Override
  public Table createTable(Identifier table, TableInfo info)
      throws TableAlreadyExistsException, NoSuchNamespaceException {
    requireNew(table);
    made(table, info).create(false);
    return KnitTable.load(SparkSession.active(), path(table), ReadOptions.NEWEST)
        .named(name + "." + table);
  }

  @Override
  public StagedTable stageCreate(Identifier table, TableInfo info)
      throws TableAlreadyExistsException, NoSuchNamespaceException {
    requireNew(table);
    return new StagedIndex(made(table, info), name + "." + table, false);
  }

  @Override
  public StagedTable stageReplace(Identifier table, TableInfo info)
      throws NoSuchTableException, NoSuchNamespaceException {
    if (!tableExists(table)) {
      throw new NoSuchTableException(table);
    }
    return new StagedIndex(made(table, info), name + "." + table, true);
  }

  @Override
  public StagedTable stageCreateOrReplace(Identifier table, TableInfo info)
      throws NoSuchNamespaceException {
    return new StagedIndex(made(table, info), name + "." + table, true);
  }

  private void requireNew(Identifier table) throws TableAlreadyExistsException {
    if (tableExists(table)) {
      throw new TableAlreadyExistsException(table);
    }
  }

  private NewTable made(Identifier table, TableInfo info) throws NoSuchNamespaceException {
    if (!isPath(table)) {
      requireNamespace(table.namespace());
    }
    if (info.partitions().length > 0) {
      throw unsupported("PARTITIONED BY", table);
    }
    for (String property : new String[] {"location", "comment"}) {
      if (info.properties().containsKey(property)) {
        throw unsupported(property.toUpperCase(java.util.Locale.ROOT), table);
      }
    }
    String provider = info.properties().getOrDefault("provider", "knit");
    if (!provider.equalsIgnoreCase("knit")) {
      throw unsupported("USING " + provider, table);
    }
    return new NewTable(SparkSession.active(), access(table), info.schema(), info.properties());
  }

  /** Adds, drops and renames metadata columns; each is a version. */
  @Override
  public Table alterTable(Identifier table, TableChange... changes) throws NoSuchTableException {
    if (!tableExists(table)) {
      throw new NoSuchTableException(table);
    }
    ColumnChanges columns = new ColumnChanges(access(table));
    KnitErrors.told(() -> columns.apply(changes));
    return loadTable(table);
  }

  /** Deletes the directory with all versions. */
  @Override
  public boolean dropTable(Identifier table) {
    if (!tableExists(table)) {
      return false;
    }
    KnitErrors.told(
        () -> {
          table(table).drop();
          return null;
        });
    return true;
  }

  /** As dropping: nothing is kept anyhow. */
  @Override
  public boolean purgeTable(Identifier table) {
    return dropTable(table);
  }

  /** Also into another namespace; queries that read the table meanwhile fail. */
  @Override
  public void renameTable(Identifier table, Identifier newName)
      throws NoSuchTableException, TableAlreadyExistsException {
    if (isPath(table) || isPath(newName)) {
      throw unsupported("ALTER TABLE RENAME of a directory", table);
    }
    if (!tableExists(table)) {
      throw new NoSuchTableException(table);
    }
    if (!warehouse.exists(newName.namespace())) {
      throw KnitErrors.invalid(
          "There is no namespace '%s' for table '%s'."
              .formatted(String.join(".", newName.namespace()), newName.name()));
    }
    requireNew(newName);
    access(table).move(path(newName));
  }

  @Override
  public String[][] listNamespaces() {
    return namespaces();
  }

  @Override
  public String[][] listNamespaces(String[] namespace) throws NoSuchNamespaceException {
    requireNamespace(namespace);
    return namespaces(namespace);
  }

  private String[][] namespaces(String... parent) {
    return warehouse.namespaces(parent).stream()
        .map(child -> Stream.concat(Arrays.stream(parent), Stream.of(child)).toArray(String[]::new))
        .toArray(String[][]::new);
  }

  @Override
  public boolean namespaceExists(String[] namespace) {
    return warehouse.exists(namespace);
  }

  @Override
  public Map<String, String> loadNamespaceMetadata(String[] namespace)
      throws NoSuchNamespaceException {
    requireNamespace(namespace);
    return warehouse.properties(namespace);
  }

  @Override
  public void createNamespace(String[] namespace, Map<String, String> properties)
      throws NamespaceAlreadyExistsException {
    if (warehouse.exists(namespace) || !warehouse.create(properties, namespace)) {
      throw new NamespaceAlreadyExistsException(namespace);
    }
  }

  @Override
  public void alterNamespace(String[] namespace, NamespaceChange... changes)
      throws NoSuchNamespaceException {
    requireNamespace(namespace);
    Map<String, String> properties = new HashMap<>(warehouse.properties(namespace));
    for (NamespaceChange change : changes) {
      if (change instanceof NamespaceChange.SetProperty set) {
        properties.put(set.property(), set.value());
      } else if (change instanceof NamespaceChange.RemoveProperty remove) {
        properties.remove(remove.property());
      }
    }
    warehouse.store(properties, namespace);
  }

  @Override
  public boolean dropNamespace(String[] namespace, boolean cascade)
      throws NoSuchNamespaceException, NonEmptyNamespaceException {
    requireNamespace(namespace);
    boolean empty =
        warehouse.tables(namespace).isEmpty() && warehouse.namespaces(namespace).isEmpty();
    if (!cascade && !empty) {
      throw new NonEmptyNamespaceException(namespace);
    }
    warehouse.drop(namespace);
    return true;
  }

  private void requireNamespace(String... namespace) throws NoSuchNamespaceException {
    if (!warehouse.exists(namespace)) {
      throw new NoSuchNamespaceException(namespace);
    }
  }

  /** Those of {@link Procedures}, in the namespace {@code system}. */
  @Override
  public UnboundProcedure loadProcedure(Identifier procedure) {
    return Procedures.load(procedure, this::path);
  }

  @Override
  public Identifier[] listProcedures(String[] namespace) {
    return Procedures.in(namespace);
  }

  /** The directory of a table by its name, with or without that of the catalog. */
  private String path(String table) {
    if (TableNames.isPath(table)) {
      return table;
    }
    List<String> parts = TableNames.parts(SparkSession.active(), table);
    boolean qualified = parts.size() > 1 && parts.get(0).equals(name);
    List<String> own = qualified ? parts.subList(1, parts.size()) : parts;
    String[] namespace = own.subList(0, own.size() - 1).toArray(String[]::new);
    return path(Identifier.of(namespace, own.get(own.size() - 1)));
  }

  private IndexTable table(Identifier table) {
    return new IndexTable(access(table).io(), access(table).path());
  }

  private TableAccess access(Identifier table) {
    return TableAccess.of(SparkSession.active(), path(table));
  }

  private String path(Identifier table) {
    return isPath(table) ? table.name() : warehouse.table(table.namespace(), table.name());
  }

  private static boolean isPath(Identifier table) {
    return table.namespace().length == 0 && table.name().contains("/");
  }

  private KnitException unsupported(String what, Identifier table) {
    return new KnitException(
        "KNIT_UNSUPPORTED_STATEMENT",
        Map.of("what", what, "catalog", name, "table", table.toString()),
        null);
  }
}
