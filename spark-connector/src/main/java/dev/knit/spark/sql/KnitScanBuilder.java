package dev.knit.spark.sql;

import dev.knit.spark.IndexColumns;
import dev.knit.spark.RowCondition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.connector.expressions.SortOrder;
import org.apache.spark.sql.connector.expressions.aggregate.Aggregation;
import org.apache.spark.sql.connector.expressions.aggregate.CountStar;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.SupportsPushDownAggregates;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.connector.read.SupportsPushDownTopN;
import org.apache.spark.sql.internal.connector.SupportsPushDownCatalystFilters;
import org.apache.spark.sql.types.StructType;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Takes what a query does with an index's rows, as far as the index does exactly that: all filters
 * that are about its columns alone, the columns, {@code count(*)}, and the order by distance from a
 * vector with a limit.
 */
final class KnitScanBuilder
    implements SupportsPushDownCatalystFilters,
        SupportsPushDownRequiredColumns,
        SupportsPushDownAggregates,
        SupportsPushDownTopN {
  private final KnitTable table;
  private final SearchConf conf;
  private final List<Expression> filters = new ArrayList<>();
  private StructType columns;
  private NearestScan nearest;
  private boolean counted;

  KnitScanBuilder(KnitTable table, SearchConf conf) {
    this.table = table;
    this.conf = conf;
    this.columns = table.schema();
  }

  /** Returns those that Spark must evaluate itself. */
  @Override
  public Seq<Expression> pushFilters(Seq<Expression> given) {
    List<Expression> others = new ArrayList<>();
    List<String> names = Arrays.asList(table.schema().fieldNames());
    for (Expression filter : CollectionConverters.asJava(given)) {
      (Filters.isAbout(filter, names) ? filters : others).add(filter);
    }
    return CollectionConverters.asScala(others).toSeq();
  }

  /** None in this form; the scan's description has them. */
  @Override
  public Predicate[] pushedFilters() {
    return new Predicate[0];
  }

  @Override
  public void pruneColumns(StructType required) {
    columns = required;
  }

  @Override
  public boolean supportCompletePushDown(Aggregation aggregation) {
    boolean all =
        aggregation.groupByExpressions().length == 0
            && aggregation.aggregateExpressions().length > 0
            && Arrays.stream(aggregation.aggregateExpressions())
                .allMatch(CountStar.class::isInstance);
    return all && filters.isEmpty();
  }

  @Override
  public boolean pushAggregation(Aggregation aggregation) {
    counted = supportCompletePushDown(aggregation);
    if (counted) {
      columns = CountScan.schema(aggregation.aggregateExpressions().length);
    }
    return counted;
  }

  @Override
  public boolean pushTopN(SortOrder[] orders, int most) {
    RowCondition condition = condition();
    boolean searchable = condition == null || !condition.reads(IndexColumns.VECTOR);
    if (counted || orders.length != 1 || !searchable) {
      return false;
    }
    nearest =
        DistanceOrder.of(orders[0], table.snapshot())
            .map(order -> NearestScan.of(rows(), order.query(), most))
            .orElse(null);
    return nearest != null;
  }

  /** Spark need not sort again what one search found. */
  @Override
  public boolean isPartiallyPushed() {
    return nearest != null && nearest.isInGroups();
  }

  @Override
  public Scan build() {
    if (counted) {
      return new CountScan(table, columns);
    }
    return nearest == null ? rows() : nearest.of(rows());
  }

  private KnitScan rows() {
    return new KnitScan(table, conf, condition(), columns);
  }

  private RowCondition condition() {
    return filters.stream()
        .reduce(And::new)
        .map(all -> new RowCondition(all, new IndexColumns(table.snapshot().schema())))
        .orElse(null);
  }
}
