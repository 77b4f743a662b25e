package dev.knit.spark.sql;

import dev.knit.spark.IndexColumns;
import dev.knit.spark.KnitErrors;
import dev.knit.spark.KnitException;
import dev.knit.spark.TableAccess;
import dev.knit.spark.TableGraph;
import dev.knit.spark.write.KnitOperation;
import dev.knit.spark.write.KnitWriteBuilder;
import dev.knit.table.IndexTable;
import dev.knit.table.Snapshot;
import dev.knit.table.TableWriter;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.IndexAlreadyExistsException;
import org.apache.spark.sql.catalyst.analysis.NoSuchIndexException;
import org.apache.spark.sql.connector.catalog.CatalogV2Util;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.MetadataColumn;
import org.apache.spark.sql.connector.catalog.SupportsMetadataColumns;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.SupportsRowLevelOperations;
import org.apache.spark.sql.connector.catalog.SupportsWrite;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.catalog.TruncatableTable;
import org.apache.spark.sql.connector.catalog.index.SupportsIndex;
import org.apache.spark.sql.connector.catalog.index.TableIndex;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.RowLevelOperationBuilder;
import org.apache.spark.sql.connector.write.RowLevelOperationInfo;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import scala.Option;

/** One version of an index as a table of Spark's. Immutable. */
public final class KnitTable
    implements SupportsRead,
        SupportsWrite,
        SupportsRowLevelOperations,
        SupportsMetadataColumns,
        SupportsIndex,
        TruncatableTable {
  private final TableAccess access;
  private final String name;
  private final Snapshot snapshot;
  private final IndexColumns columns;

  private KnitTable(TableAccess access, String name, Snapshot snapshot) {
    this.access = access;
    this.name = name;
    this.snapshot = snapshot;
    this.columns = new IndexColumns(snapshot.schema());
  }

  /** A table whose version stays as long as a query has it. */
  private static KnitTable held(TableAccess access, String name, Snapshot snapshot) {
    return access.hold(snapshot, new KnitTable(access, name, snapshot));
  }

  /**
   * A version of the index in the directory {@code path}.
   *
   * @throws KnitException when there is none
   */
  public static KnitTable load(SparkSession spark, String path, ReadOptions options) {
    TableAccess access = TableAccess.of(spark, path);
    Snapshot snapshot =
        KnitErrors.told(() -> options.snapshot(new IndexTable(access.io(), access.path())));
    return held(access, "knit." + access.path(), snapshot);
  }

  /** The same under the name that a catalog has for it. */
  public KnitTable named(String other) {
    return held(access, other, snapshot);
  }

  /** The state of the index. */
  public Snapshot snapshot() {
    return snapshot;
  }

  TableAccess access() {
    return access;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String id() {
    return snapshot.tableUuid().toString();
  }

  @Override
  public String version() {
    return Long.toString(snapshot.version());
  }

  /** Its columns as a schema. */
  @Override
  @SuppressWarnings("deprecation")
  public StructType schema() {
    return columns.fields();
  }

  @Override
  public Column[] columns() {
    return CatalogV2Util.structTypeToV2Columns(schema(), false);
  }

  @Override
  public Map<String, String> properties() {
    return Map.of(
        "metric", snapshot.params().metric().id(),
        "m", Integer.toString(snapshot.params().m()),
        "ef_construction", Integer.toString(snapshot.params().efConstruction()),
        "dimension", Integer.toString(snapshot.schema().dimension()));
  }

  @Override
  public Set<TableCapability> capabilities() {
    return Set.of(
        TableCapability.BATCH_READ,
        TableCapability.BATCH_WRITE,
        TableCapability.STREAMING_WRITE,
        TableCapability.TRUNCATE,
        TableCapability.OVERWRITE_BY_FILTER);
  }

  /**
   * How far a row is from what was searched for, and its place from 1; where the row is in this
   * version, by which statements delete it.
   */
  @Override
  public MetadataColumn[] metadataColumns() {
    return new MetadataColumn[] {
      new HiddenColumn(columns.field(IndexColumns.DISTANCE)),
      new HiddenColumn(columns.field(IndexColumns.RANK)),
      new HiddenColumn(columns.field(IndexColumns.SEGMENT)),
      new HiddenColumn(columns.field(IndexColumns.ROW))
    };
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    return new KnitScanBuilder(this, SearchConf.of(options));
  }

  /** Rows that are written have this version's columns; they may be committed behind others. */
  @Override
  public WriteBuilder newWriteBuilder(LogicalWriteInfo info) {
    return new KnitWriteBuilder(access, snapshot, info);
  }

  @Override
  public RowLevelOperationBuilder newRowLevelOperationBuilder(RowLevelOperationInfo info) {
    return () -> new KnitOperation(access, snapshot, info.command(), this::newScanBuilder);
  }

  /** Deletes all rows of this version. */
  @Override
  public boolean truncateTable() {
    KnitErrors.told(
        () -> {
          long[][] all = new long[snapshot.segments().size()][];
          for (int i = 0; i < all.length; i++) {
            BitSet rows = new BitSet();
            rows.set(0, snapshot.segments().get(i).rows());
            all[i] = rows.toLongArray();
          }
          return new TableWriter(access.io(), access.path()).delete(snapshot, all, null);
        });
    return true;
  }

  /** Builds the graph, which has the name of the vector column; see {@link TableGraph}. */
  @Override
  public void createIndex(
      String index,
      NamedReference[] of,
      Map<NamedReference, Map<String, String>> ofColumns,
      Map<String, String> options)
      throws IndexAlreadyExistsException {
    TableIndexes.requireVector(this, index, of);
    if (indexExists(index)) {
      throw new IndexAlreadyExistsException(index, name, Option.empty());
    }
    Map<String, String> all = new HashMap<>(options);
    ofColumns.values().forEach(all::putAll);
    TableIndexes.requireHnsw(all.get(PROP_TYPE));
    graph().create(all);
  }

  /** Leaves the graph away. */
  @Override
  public void dropIndex(String index) throws NoSuchIndexException {
    if (!indexExists(index)) {
      throw new NoSuchIndexException(index, name, Option.empty());
    }
    graph().drop();
  }

  @Override
  public boolean indexExists(String index) {
    return index.equals(snapshot.schema().vector()) && graph().exists();
  }

  @Override
  public TableIndex[] listIndexes() {
    return graph().exists() ? new TableIndex[] {TableIndexes.of(snapshot)} : new TableIndex[0];
  }

  private TableGraph graph() {
    return new TableGraph(SparkSession.active(), access, snapshot);
  }

  private record HiddenColumn(StructField field) implements MetadataColumn {
    @Override
    public String name() {
      return field.name();
    }

    @Override
    public DataType dataType() {
      return field.dataType();
    }

    @Override
    public boolean isNullable() {
      return field.nullable();
    }
  }
}
