package dev.knit.spark;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ErrorClassesJsonReader;
import org.apache.spark.SparkThrowable;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What SQL, DataFrame and streaming statements on index tables fail with: an error with a condition
 * and an SQLSTATE, as Spark's own are; the texts are in {@code knit-error-conditions.json}.
 */
public final class KnitException extends RuntimeException implements SparkThrowable {
  private static final long serialVersionUID = 1;
  private static final ErrorClassesJsonReader TEXTS =
      new ErrorClassesJsonReader(
          CollectionConverters.asScala(
                  List.of(KnitException.class.getResource("knit-error-conditions.json")))
              .toSeq());

  private final String condition;
  private final HashMap<String, String> parameters;

  /**
   * An error.
   *
   * @param parameters what the condition's text leaves open
   * @param cause null for none
   */
  public KnitException(String condition, Map<String, String> parameters, Throwable cause) {
    super(text(condition, parameters), cause);
    this.condition = condition;
    this.parameters = new HashMap<>(parameters);
  }

  private static String text(String condition, Map<String, String> parameters) {
    scala.collection.immutable.Map<String, Object> values =
        scala.collection.immutable.Map$.MODULE$.from(
            CollectionConverters.asScala(new HashMap<String, Object>(parameters)));
    return "[%s] %s SQLSTATE: %s"
        .formatted(
            condition, TEXTS.getErrorMessage(condition, values), TEXTS.getSqlState(condition));
  }

  @Override
  public String getCondition() {
    return condition;
  }

  @Override
  public String getSqlState() {
    return TEXTS.getSqlState(condition);
  }

  @Override
  public Map<String, String> getMessageParameters() {
    return Map.copyOf(parameters);
  }
}
