package dev.knit.flink.table;

import java.util.List;
import org.apache.flink.table.catalog.AbstractCatalog;
import org.apache.flink.table.catalog.CatalogBaseTable;
import org.apache.flink.table.catalog.CatalogFunction;
import org.apache.flink.table.catalog.CatalogPartition;
import org.apache.flink.table.catalog.CatalogPartitionSpec;
import org.apache.flink.table.catalog.ObjectPath;
import org.apache.flink.table.catalog.exceptions.FunctionNotExistException;
import org.apache.flink.table.catalog.exceptions.PartitionNotExistException;
import org.apache.flink.table.catalog.exceptions.TableNotPartitionedException;
import org.apache.flink.table.catalog.stats.CatalogColumnStatistics;
import org.apache.flink.table.catalog.stats.CatalogTableStatistics;
import org.apache.flink.table.expressions.Expression;

/** What a catalog must say that has neither views nor functions nor partitions. */
abstract class TablesOnly extends AbstractCatalog {
  TablesOnly(String name, String database) {
    super(name, database);
  }

  UnsupportedOperationException unsupported(String what) {
    return new UnsupportedOperationException(
        "Catalog '%s' holds index tables, and has no %s; use another catalog for it."
            .formatted(getName(), what));
  }

  @Override
  public List<String> listViews(String database) {
    return List.of();
  }

  @Override
  public List<String> listMaterializedTables(String database) {
    return List.of();
  }

  @Override
  public List<CatalogPartitionSpec> listPartitions(ObjectPath table)
      throws TableNotPartitionedException {
    throw new TableNotPartitionedException(getName(), table);
  }

  @Override
  public List<CatalogPartitionSpec> listPartitions(ObjectPath table, CatalogPartitionSpec spec)
      throws TableNotPartitionedException {
    throw new TableNotPartitionedException(getName(), table);
  }

  @Override
  public List<CatalogPartitionSpec> listPartitionsByFilter(
      ObjectPath table, List<Expression> filters) throws TableNotPartitionedException {
    throw new TableNotPartitionedException(getName(), table);
  }

  @Override
  public CatalogPartition getPartition(ObjectPath table, CatalogPartitionSpec spec)
      throws PartitionNotExistException {
    throw new PartitionNotExistException(getName(), table, spec);
  }

  @Override
  public boolean partitionExists(ObjectPath table, CatalogPartitionSpec spec) {
    return false;
  }

  @Override
  public void createPartition(
      ObjectPath table, CatalogPartitionSpec spec, CatalogPartition partition, boolean ignore) {
    throw unsupported("partitions");
  }

  @Override
  public void dropPartition(ObjectPath table, CatalogPartitionSpec spec, boolean ignore) {
    throw unsupported("partitions");
  }

  @Override
  public void alterPartition(
      ObjectPath table, CatalogPartitionSpec spec, CatalogPartition partition, boolean ignore) {
    throw unsupported("partitions");
  }

  @Override
  public List<String> listFunctions(String database) {
    return List.of();
  }

  @Override
  public CatalogFunction getFunction(ObjectPath function) throws FunctionNotExistException {
    throw new FunctionNotExistException(getName(), function);
  }

  @Override
  public boolean functionExists(ObjectPath function) {
    return false;
  }

  @Override
  public void createFunction(ObjectPath path, CatalogFunction function, boolean ignore) {
    throw unsupported("functions");
  }

  @Override
  public void alterFunction(ObjectPath path, CatalogFunction function, boolean ignore) {
    throw unsupported("functions");
  }

  @Override
  public void dropFunction(ObjectPath path, boolean ignore) {
    throw unsupported("functions");
  }

  @Override
  public CatalogColumnStatistics getTableColumnStatistics(ObjectPath table) {
    return CatalogColumnStatistics.UNKNOWN;
  }

  @Override
  public CatalogTableStatistics getPartitionStatistics(
      ObjectPath table, CatalogPartitionSpec spec) {
    return CatalogTableStatistics.UNKNOWN;
  }

  @Override
  public CatalogColumnStatistics getPartitionColumnStatistics(
      ObjectPath table, CatalogPartitionSpec spec) {
    return CatalogColumnStatistics.UNKNOWN;
  }

  @Override
  public void alterTableStatistics(
      ObjectPath table, CatalogTableStatistics statistics, boolean ignore) {
    throw unsupported("statistics but its own");
  }

  @Override
  public void alterTableColumnStatistics(
      ObjectPath table, CatalogColumnStatistics statistics, boolean ignore) {
    throw unsupported("statistics but its own");
  }

  @Override
  public void alterPartitionStatistics(
      ObjectPath table,
      CatalogPartitionSpec spec,
      CatalogTableStatistics statistics,
      boolean ignore) {
    throw unsupported("partitions");
  }

  @Override
  public void alterPartitionColumnStatistics(
      ObjectPath table,
      CatalogPartitionSpec spec,
      CatalogColumnStatistics statistics,
      boolean ignore) {
    throw unsupported("partitions");
  }

  @Override
  public void alterTable(ObjectPath path, CatalogBaseTable table, boolean ignore) {
    throw unsupported("ALTER TABLE but by its changes");
  }

  @Override
  public void renameTable(ObjectPath path, String name, boolean ignore) {
    throw new UnsupportedOperationException(
        "Table %s cannot be renamed: its name is that of its directory, which not every storage can rename at once. Make a table of the new name, copy the rows by INSERT and drop this one."
            .formatted(path));
  }
}
