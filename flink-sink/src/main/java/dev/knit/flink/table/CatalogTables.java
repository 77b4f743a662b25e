package dev.knit.flink.table;

import dev.knit.flink.TableAccess;
import dev.knit.table.Column;
import dev.knit.table.Snapshot;
import dev.knit.table.TableSchema;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.CatalogTable;
import org.apache.flink.table.catalog.ResolvedCatalogTable;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.types.logical.RowType;

/** Index tables as Flink's catalogs describe tables, both ways. */
final class CatalogTables {
  /** Options that make a table; all others are about its use. */
  private static final Set<String> KEPT =
      Stream.<ConfigOption<?>>of(
              KnitOptions.VECTOR,
              KnitOptions.DIMENSION,
              KnitOptions.METRIC,
              KnitOptions.MAX_NORM,
              KnitOptions.M,
              KnitOptions.EF_CONSTRUCTION,
              KnitOptions.SEED,
              KnitOptions.QUANTIZATION)
          .map(ConfigOption::key)
          .collect(Collectors.toSet());

  private CatalogTables() {}

  /** A version of a table. */
  static CatalogTable of(TableAccess table, Snapshot snapshot, ReadVersion read) {
    Map<String, String> options = NewTable.options(snapshot);
    options.put(KnitOptions.PATH.key(), table.path());
    if (read.version() != null) {
      options.put(KnitOptions.SCAN_VERSION.key(), Long.toString(read.version()));
    }
    return CatalogTable.newBuilder().schema(schema(snapshot.schema())).options(options).build();
  }

  private static Schema schema(TableSchema schema) {
    Schema.Builder columns =
        Schema.newBuilder()
            .column(schema.id().name(), FlinkTypes.dataType(schema.id()))
            .column(schema.vector(), FlinkTypes.vector());
    for (Column column : schema.metadata()) {
      columns.column(column.name(), FlinkTypes.dataType(column));
    }
    return columns.primaryKey(schema.id().name()).build();
  }

  /**
   * The first version of a table that a statement declares.
   *
   * @throws ValidationException when it says what index tables do not have
   */
  static Snapshot first(ResolvedCatalogTable declared) {
    ResolvedSchema schema = declared.getResolvedSchema();
    Map<String, String> options = options(declared);
    boolean plain =
        schema.getColumns().stream().allMatch(column -> column.isPhysical())
            && schema.getWatermarkSpecs().isEmpty()
            && declared.getPartitionKeys().isEmpty()
            && declared.getDistribution().isEmpty()
            && (declared.getComment() == null || declared.getComment().isEmpty());
    if (!plain) {
      throw new ValidationException(
          "Index tables have no computed or metadata columns, watermarks, partitions, distribution or comments; leave them out.");
    }
    RowType row = (RowType) schema.toPhysicalRowDataType().getLogicalType();
    TableColumns columns =
        TableColumns.of(row, options.get(KnitOptions.VECTOR.key()), schema.getPrimaryKeyIndexes());
    Snapshot first = NewTable.first(columns, Configuration.fromMap(options));
    if (columns.id() != 0 || columns.vector() != 1) {
      throw new ValidationException(
          "The columns of an index table are its id, its vectors, then all others; declare '%s' first and '%s' second."
              .formatted(columns.name(columns.id()), columns.name(columns.vector())));
    }
    return first;
  }

  private static Map<String, String> options(ResolvedCatalogTable declared) {
    Map<String, String> options = new TreeMap<>(declared.getOptions());
    String connector = options.remove("connector");
    if (connector != null && !connector.equals(KnitTableFactory.IDENTIFIER)) {
      throw new ValidationException(
          "A Knit catalog holds index tables only; make tables of connector '%s' in another catalog."
              .formatted(connector));
    }
    Set<String> others = new TreeSet<>(options.keySet());
    others.removeAll(KEPT);
    if (!others.isEmpty()) {
      throw new ValidationException(
          "Option '%s' cannot be kept with an index table; it keeps %s. Give others where the table is used: /*+ OPTIONS(...) */."
              .formatted(others.iterator().next(), new TreeSet<>(KEPT)));
    }
    return options;
  }
}
