package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.table.ColumnType.Primitive;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableSchemaTest {
  private static final Column ID = new Column("id", Primitive.INT64, false);

  @Test
  void idIsAWholeNumberOrText() {
    assertThatThrownBy(
            () -> new TableSchema(new Column("id", Primitive.FLOAT64, false), "v", 2, List.of()))
        .hasMessage("Id column 'id' is a float64, but an id is an int32, int64 or string.");
    assertThatThrownBy(
            () -> new TableSchema(new Column("id", Primitive.INT64, true), "v", 2, List.of()))
        .hasMessage("Id column 'id' must not be nullable.");
  }

  @Test
  void namesDiffer() {
    assertThatThrownBy(() -> new TableSchema(ID, "id", 2, List.of()))
        .hasMessage("There are two columns 'id'.");
    Column text = new Column("v", Primitive.STRING, true);
    assertThatThrownBy(() -> new TableSchema(ID, "v", 2, List.of(text)))
        .hasMessage("There are two columns 'v'.");
  }

  @Test
  void dimensionIsPositive() {
    assertThatThrownBy(() -> new TableSchema(ID, "v", 0, List.of()))
        .hasMessage("Dimension must be at least 1, not 0.");
  }

  @Test
  void typesAreChecked() {
    assertThatThrownBy(() -> new ColumnType.Decimal(39, 0))
        .hasMessage("decimal(39, 0) is no decimal of at most 38 digits.");
    assertThatThrownBy(() -> new ColumnType.Struct(List.of(ID, ID)))
        .hasMessage("A struct needs fields with different names.");
  }
}
