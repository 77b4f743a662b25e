package dev.knit.spark;

import dev.knit.table.Column;
import dev.knit.table.IndexParams;
import dev.knit.table.IndexTable;
import dev.knit.table.Operation;
import dev.knit.table.Snapshot;
import dev.knit.table.TableCommit;
import dev.knit.table.TableSchema;
import dev.knit.table.TableWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** A table whose columns are known and whose rows are to come. Immutable. */
public final class NewTable {
  private final SparkSession spark;
  private final TableAccess table;
  private final StructType fields;
  private final TableProperties properties;

  /**
   * A table to be made, or made anew where there is one.
   *
   * @param fields the columns, in any order
   * @param properties see {@link TableProperties}
   * @throws KnitException when these do not fit together
   */
  public NewTable(
      SparkSession spark, TableAccess table, StructType fields, Map<String, String> properties) {
    this.spark = spark;
    this.table = table;
    this.fields = fields;
    this.properties = KnitErrors.told(() -> TableProperties.of(fields, properties));
    KnitErrors.told(() -> draft(1));
  }

  /** The columns as they are written, in the given order. */
  public StructType fields() {
    StructType written = new StructType();
    for (StructField field : fields.fields()) {
      String name = field.name();
      if (name.equals(spec().vector())) {
        written = written.add(name, SparkVectors.TYPE, false);
      } else {
        written =
            written.add(name, field.dataType(), field.nullable() && !name.equals(spec().id()));
      }
    }
    return written;
  }

  /** How it is built. */
  public IndexSpec spec() {
    return properties.spec();
  }

  /** Where tasks put its rows. */
  public RowStage stage() {
    return KnitErrors.told(
        () -> {
          IndexTable replaced = new IndexTable(table.io(), table.path());
          return replaced.exists() ? staged().held(replaced.snapshot()) : staged();
        });
  }

  private RowStage staged() {
    Snapshot draft = draft(Math.max(1, properties.dimension()));
    int[] ordinals = ordinals(draft.schema(), fields);
    return properties.dimension() > 0
        ? RowStage.of(table, draft, ordinals)
        : RowStage.ofAnyDimension(table, draft, ordinals);
  }

  /** Builds it of rows, or, when there are none, makes it without. */
  public Snapshot build(StagedRows rows, boolean replacing) {
    if (rows.rows() == 0) {
      return create(replacing);
    }
    return rows.build(replacing ? spec().overwriting() : spec());
  }

  /** Builds it of a DataFrame, which is read twice. */
  public Snapshot build(Dataset<Row> rows) {
    return KnitErrors.told(() -> KnitIndex.build(rows, spec(), table.path()).snapshot());
  }

  /**
   * Makes it without rows.
   *
   * @throws KnitException when the dimension, or what else rows would tell, is not known, or there
   *     is a table that is not to be replaced
   */
  public Snapshot create(boolean replacing) {
    return KnitErrors.told(
        () -> {
          properties.requireComplete();
          IndexBuild.requireFree(table, replacing);
          Snapshot draft = draft(fields, spec(), properties.dimension(), properties.maxNorm());
          IndexTable existing = new IndexTable(table.io(), table.path());
          if (!existing.exists()) {
            TableCommit.create(table.io(), table.path(), draft);
            return draft;
          }
          Snapshot before = existing.snapshot();
          Snapshot next = before.next(draft.schema(), draft.params(), List.of(), draft.operation());
          return new TableWriter(table.io(), table.path()).overwrite(before, next, null);
        });
  }

  /** The session in which it is made. */
  public SparkSession spark() {
    return spark;
  }

  private Snapshot draft(int dimension) {
    return draft(fields, spec(), dimension, Float.MAX_VALUE);
  }

  /**
   * A version without rows.
   *
   * @param fields the columns, in any order
   * @param dimension any when it is not known yet; then the version can be no more than a draft
   * @param maxNorm bound of the vectors' lengths under inner product
   * @throws IllegalArgumentException when the columns do not fit
   */
  private static Snapshot draft(StructType fields, IndexSpec spec, int dimension, float maxNorm) {
    IndexSource.checkColumns(fields, spec);
    List<Column> metadata = new ArrayList<>();
    for (StructField field : fields.fields()) {
      if (!field.name().equals(spec.id()) && !field.name().equals(spec.vector())) {
        metadata.add(SparkTypes.column(field));
      }
    }
    Column id = SparkTypes.column(fields.apply(spec.id()));
    TableSchema schema =
        new TableSchema(
            new Column(id.name(), id.type(), false), spec.vector(), dimension, metadata);
    IndexParams params =
        new IndexParams(
            spec.metric(),
            spec.m(),
            spec.efConstruction(),
            spec.seed(),
            maxNorm,
            spec.quantization());
    return Snapshot.first(
        schema, params, List.of(), new Operation(Operation.BUILD, Map.of("engine", "spark")));
  }

  /** Where id, vector and metadata of a table are among columns. */
  private static int[] ordinals(TableSchema schema, StructType fields) {
    List<String> names = new ArrayList<>(List.of(schema.id().name(), schema.vector()));
    schema.metadata().forEach(column -> names.add(column.name()));
    return names.stream().mapToInt(fields::fieldIndex).toArray();
  }

  /** The same draft for vectors of a dimension. */
  static Snapshot withDimension(Snapshot draft, int dimension) {
    TableSchema schema = draft.schema();
    if (dimension < 1) {
      throw new IllegalArgumentException(
          "The vectors in column '%s' are empty.".formatted(schema.vector()));
    }
    TableSchema sized =
        new TableSchema(
            schema.id(),
            schema.vector(),
            dimension,
            schema.metadata(),
            schema.columns(),
            schema.lastColumn());
    return Snapshot.first(sized, draft.params(), draft.segments(), draft.operation());
  }
}
