package dev.knit.spark.procedure;

import dev.knit.spark.KnitErrors;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.catalog.procedures.ProcedureParameter;
import org.apache.spark.sql.connector.catalog.procedures.SimpleProcedure;
import org.apache.spark.sql.connector.read.LocalScan;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.types.StructType;

/**
 * A procedure whose first parameter is a table, and whose result is some rows.
 *
 * @param tables finds the directory of a table by the name that was given
 */
record KnitProcedure(
    String name,
    String description,
    ProcedureParameter[] parameters,
    StructType result,
    Action action,
    Function<String, String> tables)
    implements SimpleProcedure {

  /** What is done, and told. */
  interface Action {
    List<Row> run(Call call) throws Exception;
  }

  @Override
  public boolean isDeterministic() {
    return false;
  }

  @Override
  public Iterator<Scan> call(InternalRow input) {
    List<Row> rows =
        KnitErrors.told(() -> action.run(new Call(input, List.of(parameters), tables)));
    InternalRow[] converted =
        rows.stream()
            .map(
                row ->
                    (InternalRow)
                        CatalystTypeConverters.createToCatalystConverter(result).apply(row))
            .toArray(InternalRow[]::new);
    return List.<Scan>of(new Rows(result, converted)).iterator();
  }

  private record Rows(StructType readSchema, InternalRow[] rows) implements LocalScan {}
}
