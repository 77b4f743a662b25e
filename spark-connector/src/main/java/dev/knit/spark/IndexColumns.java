package dev.knit.spark;

import dev.knit.table.Column;
import dev.knit.table.RowsIterator;
import dev.knit.table.Segment;
import dev.knit.table.TableSchema;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of an index as Spark sees them, by number: metadata columns from 0, the others below.
 * Immutable.
 */
public final class IndexColumns {
  /** The id. */
  public static final int ID = -1;

  /** The vector. */
  public static final int VECTOR = -2;

  /** How far a row is that a search found. */
  public static final int DISTANCE = -3;

  /** Its place among those found, from 1. */
  public static final int RANK = -4;

  /** The number of the segment of a row in its version. */
  public static final int SEGMENT = -5;

  /** Its number in that segment. */
  public static final int ROW = -6;

  private final TableSchema schema;

  /** Those of a table. */
  public IndexColumns(TableSchema schema) {
    this.schema = schema;
  }

  /**
   * A metadata column as an index table has it.
   *
   * @throws IllegalArgumentException when it has no such type, or Knit uses the name itself
   */
  public static Column stored(String name, DataType type, boolean nullable) {
    IndexSource.requireFree(name);
    return SparkTypes.column(DataTypes.createStructField(name, type, nullable));
  }

  /** Id, vector and metadata, in the order of the table. */
  public StructType fields() {
    StructType fields = new StructType().add(field(ID)).add(field(VECTOR));
    for (int i = 0; i < schema.metadata().size(); i++) {
      fields = fields.add(field(i));
    }
    return fields;
  }

  /** A column as a field. */
  public StructField field(int number) {
    return switch (number) {
      case ID -> SparkTypes.field(schema.id());
      case VECTOR -> DataTypes.createStructField(schema.vector(), SparkVectors.TYPE, false);
      case DISTANCE -> DataTypes.createStructField(KnnSearch.DISTANCE, DataTypes.FloatType, true);
      case RANK -> DataTypes.createStructField(KnnSearch.RANK, DataTypes.IntegerType, true);
      case SEGMENT -> DataTypes.createStructField(IndexRows.SEGMENT, DataTypes.IntegerType, false);
      case ROW -> DataTypes.createStructField(IndexRows.ROW, DataTypes.IntegerType, false);
      default -> SparkTypes.field(schema.metadata().get(number));
    };
  }

  /**
   * The number of a column.
   *
   * @throws IllegalArgumentException when there is none of that name
   */
  public int number(String name) {
    for (int number = ROW; number < schema.metadata().size(); number++) {
      if (field(number).name().equals(name)) {
        return number;
      }
    }
    throw new IllegalArgumentException(
        "The index has no column '%s'; its columns are %s."
            .formatted(name, String.join(", ", names())));
  }

  /** The numbers of columns. */
  public int[] numbers(StructType columns) {
    return List.of(columns.fieldNames()).stream().mapToInt(this::number).toArray();
  }

  /** The id or a metadata column of a row in memory, as Spark's engine holds it. */
  Object value(Segment segment, int row, int number) {
    return toSpark(number == ID ? segment.id(row) : segment.value(row, number), number);
  }

  /** The id, the vector, the number or a metadata column of a row of a file. */
  public Object value(RowsIterator.Row row, int number) {
    return switch (number) {
      case ID -> toSpark(row.id(), number);
      case VECTOR -> UnsafeArrayData.fromPrimitiveArray(row.vector());
      case ROW -> row.number();
      default -> toSpark(row.metadata()[number], number);
    };
  }

  private Object toSpark(Object value, int number) {
    Column column = number == ID ? schema.id() : schema.metadata().get(number);
    return CatalystValues.toSpark(value, column.type());
  }

  private List<String> names() {
    List<String> names = new ArrayList<>(List.of(schema.id().name()));
    schema.metadata().forEach(column -> names.add(column.name()));
    return names;
  }
}
