package dev.knit.spark.sql;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.FunctionTableSubqueryArgumentExpression;
import org.apache.spark.sql.catalyst.expressions.NamedArgumentExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.Decimal;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** The arguments of a table function, by name or in order. */
final class JoinArguments {
  private final String function;
  private final Map<String, Expression> values = new LinkedHashMap<>();

  /**
   * Arguments.
   *
   * @param names those that there are, in order
   * @throws IllegalArgumentException when one is unknown or given twice
   */
  JoinArguments(String function, List<String> names, Seq<Expression> given) {
    this.function = function;
    List<Expression> arguments = CollectionConverters.asJava(given);
    for (int i = 0; i < arguments.size(); i++) {
      boolean named = arguments.get(i) instanceof NamedArgumentExpression;
      String name =
          named
              ? ((NamedArgumentExpression) arguments.get(i)).key().toLowerCase(Locale.ROOT)
              : i < names.size() ? names.get(i) : "argument " + (i + 1);
      if (!names.contains(name)) {
        throw problem("has no parameter '%s'; it has %s", name, String.join(", ", names));
      }
      Expression value =
          named ? ((NamedArgumentExpression) arguments.get(i)).value() : arguments.get(i);
      if (values.put(name, value) != null) {
        throw problem("got parameter '%s' twice", name);
      }
    }
  }

  private IllegalArgumentException problem(String text, Object... values) {
    return new IllegalArgumentException(function + " " + text.formatted(values) + ".");
  }

  /** The plan of {@code TABLE(...)}. */
  LogicalPlan table(String name) {
    if (values.get(name) instanceof FunctionTableSubqueryArgumentExpression table) {
      return table.plan();
    }
    throw problem("needs a table for '%s': %s => TABLE(...)", name, name);
  }

  /** A text; null when there is none. */
  String text(String name) {
    Object value = value(name);
    return value == null ? null : value.toString();
  }

  String requiredText(String name) {
    String text = text(name);
    if (text == null) {
      throw problem("needs '%s'", name);
    }
    return text;
  }

  /** A number; null when there is none. */
  Number number(String name) {
    Object value = value(name);
    if (value instanceof Decimal decimal) {
      return decimal.toDouble();
    }
    if (value != null && !(value instanceof Number)) {
      throw problem("got '%s' for '%s', which is a number", value, name);
    }
    return (Number) value;
  }

  /** A whole number that fits an int. */
  int whole(String name, int otherwise) {
    Number number = number(name);
    if (number != null && number.doubleValue() != number.intValue()) {
      throw problem(
          "got %s for '%s', which is a whole number up to %d", number, name, Integer.MAX_VALUE);
    }
    return number == null ? otherwise : number.intValue();
  }

  boolean truth(String name) {
    Object value = value(name);
    if (value != null && !(value instanceof Boolean)) {
      throw problem("got '%s' for '%s', which is true or false", value, name);
    }
    return value != null && (boolean) value;
  }

  /** Texts; null when there are none. */
  String[] texts(String name) {
    if (value(name) instanceof ArrayData array) {
      Object[] texts = array.toObjectArray(org.apache.spark.sql.types.DataTypes.StringType);
      return Arrays.stream(texts).map(String::valueOf).toArray(String[]::new);
    }
    if (value(name) != null) {
      throw problem("got '%s' for '%s', which is an array of names", value(name), name);
    }
    return null;
  }

  private Object value(String name) {
    Expression value = values.get(name);
    if (value != null && !value.foldable()) {
      throw problem("got '%s' for '%s', which is a constant", value.sql(), name);
    }
    return value == null ? null : value.eval(null);
  }
}
