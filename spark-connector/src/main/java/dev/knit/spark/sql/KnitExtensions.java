package dev.knit.spark.sql;

import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.SparkSessionExtensionsProvider;
import scala.runtime.BoxedUnit;

/**
 * Has Spark answer queries by indexes. Found by ServiceLoader where the jar is on the class path;
 * naming it in {@code spark.sql.extensions} as well changes nothing.
 */
public final class KnitExtensions implements SparkSessionExtensionsProvider {
  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    extensions.injectPostHocResolutionRule(session -> new NearestByRule());
    extensions.injectOptimizerRule(session -> new NameVectorFunctions());
    extensions.injectOptimizerRule(session -> new PushLeftFilters());
    for (SearchFunction function : SearchFunction.values()) {
      extensions.injectTableFunction(function.injected());
    }
    extensions.injectPlannerStrategy(NearestJoinStrategy::new);
    JoinFunction.inject(extensions);
    return BoxedUnit.UNIT;
  }
}
