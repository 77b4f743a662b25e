package dev.knit.spark;

import dev.knit.table.Column;
import dev.knit.table.IndexParams;
import dev.knit.table.Operation;
import dev.knit.table.Snapshot;
import dev.knit.table.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The first version of a table whose columns are known and whose rows are to come. */
final class NewTable {
  private NewTable() {}

  /**
   * A version without rows.
   *
   * @param fields the columns, in any order
   * @param dimension 0 when it is not known yet; then the version can be no more than a draft
   * @param maxNorm bound of the vectors' lengths under inner product
   * @throws IllegalArgumentException when the columns do not fit
   */
  static Snapshot draft(StructType fields, IndexSpec spec, int dimension, float maxNorm) {
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
            new Column(id.name(), id.type(), false),
            spec.vector(),
            Math.max(1, dimension),
            metadata);
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
  static int[] ordinals(TableSchema schema, StructType fields) {
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
