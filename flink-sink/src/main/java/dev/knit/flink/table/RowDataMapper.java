package dev.knit.flink.table;

import dev.knit.flink.RecordMapper;
import dev.knit.flink.RowChange;
import dev.knit.table.ColumnType;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;

/** Rows of Flink SQL as changes of an index table. A row that is deleted need have its id only. */
final class RowDataMapper implements RecordMapper<RowData> {
  private static final long serialVersionUID = 1;

  private final RowType row;
  private final int id;
  private final int vector;
  private final RowData.FieldGetter[] getters;
  private transient ColumnType[] types;

  /** Rows of these columns, of which one is the id and one the vector. */
  RowDataMapper(RowType row, int id, int vector) {
    this.row = row;
    this.id = id;
    this.vector = vector;
    this.getters = new RowData.FieldGetter[row.getFieldCount()];
    for (int i = 0; i < getters.length; i++) {
      getters[i] = RowData.createFieldGetter(row.getTypeAt(i), i);
    }
  }

  /** The metadata columns that it gives values for. */
  List<String> metadata() {
    List<String> names = new ArrayList<>(row.getFieldNames());
    names.remove(row.getFieldNames().get(id));
    names.remove(row.getFieldNames().get(vector));
    return names;
  }

  @Override
  public Object id(RowData record) {
    return value(record, id);
  }

  @Override
  public RowChange map(RowData record) {
    return switch (record.getRowKind()) {
      case INSERT, UPDATE_AFTER -> RowChange.upsert(id(record), vector(record), others(record));
      case DELETE, UPDATE_BEFORE -> RowChange.delete(id(record));
    };
  }

  private float[] vector(RowData record) {
    if (record.isNullAt(vector)) {
      return null;
    }
    ArrayData array = record.getArray(vector);
    float[] floats = new float[array.size()];
    for (int i = 0; i < floats.length; i++) {
      if (array.isNullAt(i)) {
        throw new IllegalArgumentException(
            "Vector of row %s has null at position %d.".formatted(id(record), i));
      }
      floats[i] = array.getFloat(i);
    }
    return floats;
  }

  private Object[] others(RowData record) {
    Object[] values = new Object[getters.length - 2];
    int at = 0;
    for (int i = 0; i < getters.length; i++) {
      if (i != id && i != vector) {
        values[at++] = value(record, i);
      }
    }
    return values;
  }

  private Object value(RowData record, int i) {
    return FlinkValues.fromFlink(getters[i].getFieldOrNull(record), type(i));
  }

  private ColumnType type(int i) {
    if (types == null) {
      types = new ColumnType[getters.length];
    }
    if (types[i] == null) {
      types[i] = FlinkTypes.column(row.getFieldNames().get(i), row.getTypeAt(i)).type();
    }
    return types[i];
  }
}
