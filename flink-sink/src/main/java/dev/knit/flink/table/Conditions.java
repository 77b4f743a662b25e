package dev.knit.flink.table;

import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.AND;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.CAST;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.EQUALS;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.GREATER_THAN;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.GREATER_THAN_OR_EQUAL;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.IS_FALSE;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.IS_NOT_FALSE;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.IS_NOT_NULL;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.IS_NOT_TRUE;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.IS_NULL;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.IS_TRUE;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.LESS_THAN;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.LESS_THAN_OR_EQUAL;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.LIKE;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.NOT;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.NOT_EQUALS;
import static org.apache.flink.table.functions.BuiltInFunctionDefinitions.OR;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.flink.table.expressions.CallExpression;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.expressions.ValueLiteralExpression;
import org.apache.flink.table.functions.FunctionDefinition;
import org.apache.flink.table.types.logical.LogicalTypeRoot;

/** Flink's filters as conditions that mean exactly the same. */
final class Conditions {
  private static final Map<FunctionDefinition, Comparison> COMPARISONS =
      Map.of(
          EQUALS, Comparison.EQUAL,
          NOT_EQUALS, Comparison.NOT_EQUAL,
          LESS_THAN, Comparison.LESS,
          LESS_THAN_OR_EQUAL, Comparison.AT_MOST,
          GREATER_THAN, Comparison.GREATER,
          GREATER_THAN_OR_EQUAL, Comparison.AT_LEAST);

  private static final Map<FunctionDefinition, Function<Condition, Condition>> TESTS =
      Map.of(
          NOT, Condition.Not::new,
          IS_TRUE, part -> new Condition.Is(part, true, true),
          IS_NOT_TRUE, part -> new Condition.Is(part, true, false),
          IS_FALSE, part -> new Condition.Is(part, false, true),
          IS_NOT_FALSE, part -> new Condition.Is(part, false, false));

  private final TableColumns columns;

  Conditions(TableColumns columns) {
    this.columns = columns;
  }

  /** The condition that a filter is; empty when there is none that is exactly that. */
  Optional<Condition> of(ResolvedExpression filter) {
    if (filter instanceof CallExpression call) {
      return of(call);
    } else if (filter instanceof ValueLiteralExpression literal) {
      return literal.getValueAs(Boolean.class).map(Condition.Constant::new);
    }
    return column(filter)
        .filter(column -> columns.type(column).is(LogicalTypeRoot.BOOLEAN))
        .map(Condition.Flag::new);
  }

  private Optional<Condition> of(CallExpression call) {
    FunctionDefinition function = call.getFunctionDefinition();
    List<ResolvedExpression> operands = call.getResolvedChildren();
    if (function == AND) {
      return all(operands).map(Condition.And::new);
    } else if (function == OR) {
      return all(operands).map(Condition.Or::new);
    } else if (TESTS.containsKey(function)) {
      return of(operands.get(0)).map(TESTS.get(function));
    } else if (function == IS_NULL || function == IS_NOT_NULL) {
      return column(operands.get(0)).map(c -> new Condition.IsNull(c, function == IS_NULL));
    } else if (function == LIKE) {
      return like(operands);
    }
    Comparison comparison = COMPARISONS.get(function);
    return comparison == null
        ? Optional.empty()
        : new Operands(columns).compare(comparison, operands.get(0), operands.get(1));
  }

  private Optional<List<Condition>> all(List<ResolvedExpression> operands) {
    List<Condition> parts = new ArrayList<>();
    for (ResolvedExpression operand : operands) {
      Optional<Condition> part = of(operand);
      if (part.isEmpty()) {
        return Optional.empty();
      }
      parts.add(part.get());
    }
    return Optional.of(parts);
  }

  /** Patterns with a backslash are left to Flink. */
  private Optional<Condition> like(List<ResolvedExpression> operands) {
    Optional<Integer> column =
        column(operands.get(0)).filter(c -> columns.type(c).is(LogicalTypeRoot.VARCHAR));
    Optional<String> pattern =
        operands.get(1) instanceof ValueLiteralExpression literal
            ? literal.getValueAs(String.class).filter(text -> text.indexOf('\\') < 0)
            : Optional.empty();
    if (operands.size() != 2 || column.isEmpty() || pattern.isEmpty()) {
      return Optional.empty();
    }
    StringBuilder regex = new StringBuilder();
    for (String part : pattern.get().split("(?<=[%_])|(?=[%_])")) {
      regex.append(part.equals("%") ? ".*" : part.equals("_") ? "." : Pattern.quote(part));
    }
    return Optional.of(new Condition.Like(column.get(), regex.toString()));
  }

  private Optional<Integer> column(ResolvedExpression expression) {
    return Operands.column(columns, expression);
  }

  /** Whether a cast changes no value: of a text to one as long, or a whole number to a wider. */
  static boolean isHarmless(CallExpression call) {
    return call.getFunctionDefinition() == CAST && Operands.widens(call);
  }
}
