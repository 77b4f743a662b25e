package dev.knit.spark.sql;

import dev.knit.spark.KnitErrors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.FunctionTableSubqueryArgumentExpression;
import org.apache.spark.sql.catalyst.expressions.NamedArgumentExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * The arguments of a table function, by position and then by name. Constants, and one table of
 * queries.
 */
final class SearchArguments {
  private static final DataType VECTOR = DataTypes.createArrayType(DataTypes.FloatType);
  private final String function;
  private final Map<String, Expression> values = new HashMap<>();

  /**
   * Those of a call.
   *
   * @throws dev.knit.spark.KnitException when one is unknown, given twice, or after one by name
   */
  SearchArguments(String function, List<String> names, List<Expression> given) {
    this.function = function;
    boolean named = false;
    for (int i = 0; i < given.size(); i++) {
      String name = i < names.size() ? names.get(i) : null;
      Expression value = given.get(i);
      if (value instanceof NamedArgumentExpression argument) {
        named = true;
        name = argument.key();
        value = argument.value();
      } else if (named) {
        throw KnitErrors.invalid(
            "%s: arguments without a name come before those with one.".formatted(function));
      }
      if (name == null || !names.contains(name)) {
        throw KnitErrors.invalid(
            "%s has no argument %s; it has %s."
                .formatted(function, name == null ? "number " + (i + 1) : "'" + name + "'", names));
      }
      if (values.put(name, value) != null) {
        throw KnitErrors.invalid("%s: '%s' is given twice.".formatted(function, name));
      }
    }
  }

  boolean has(String name) {
    Expression value = values.get(name);
    return value != null && (isTable(name) || !value.foldable() || value.eval(null) != null);
  }

  boolean isTable(String name) {
    return values.get(name) instanceof FunctionTableSubqueryArgumentExpression;
  }

  /** The rows of {@code TABLE(…)}. */
  LogicalPlan table(String name) {
    return ((FunctionTableSubqueryArgumentExpression) values.get(name)).plan();
  }

  String text(String name, String otherwise) {
    return has(name) ? constant(name, DataTypes.StringType).toString() : otherwise;
  }

  /** What there must be. */
  String text(String name) {
    if (!has(name)) {
      throw KnitErrors.invalid("%s needs '%s'.".formatted(function, name));
    }
    return text(name, null);
  }

  int number(String name, int otherwise) {
    return has(name) ? (int) constant(name, DataTypes.IntegerType) : otherwise;
  }

  double fraction(String name, double otherwise) {
    return has(name) ? (double) constant(name, DataTypes.DoubleType) : otherwise;
  }

  boolean flag(String name) {
    return has(name) && (boolean) constant(name, DataTypes.BooleanType);
  }

  float[] vector(String name) {
    return floats(name, (ArrayData) constant(name, VECTOR));
  }

  /** An array of vectors. */
  float[][] vectors(String name) {
    DataType type = DataTypes.createArrayType(VECTOR);
    ArrayData array = (ArrayData) constant(name, type);
    float[][] vectors = new float[array.numElements()][];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = floats(name, array.getArray(i));
    }
    return vectors;
  }

  private float[] floats(String name, ArrayData array) {
    for (int i = 0; i < array.numElements(); i++) {
      if (array.isNullAt(i)) {
        throw KnitErrors.invalid(
            "%s: '%s' has a null at position %d.".formatted(function, name, i));
      }
    }
    return array.toFloatArray();
  }

  private Object constant(String name, DataType type) {
    Expression value = values.get(name);
    boolean fits =
        value.foldable() && value.dataType() instanceof ArrayType == type instanceof ArrayType;
    if (!fits || !Cast.canAnsiCast(value.dataType(), type)) {
      throw KnitErrors.invalid(
          "%s: '%s' must be a constant %s, not %s."
              .formatted(function, name, type.sql(), value.sql()));
    }
    return new Cast(
            value,
            type,
            new scala.Some<>(SQLConf.get().sessionLocalTimeZone()),
            Cast.apply$default$4())
        .eval(null);
  }
}
