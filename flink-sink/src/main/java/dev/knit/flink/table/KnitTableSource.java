package dev.knit.flink.table;

import dev.knit.flink.TableAccess;
import dev.knit.table.NoSuchIndexException;
import dev.knit.table.Snapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.TableException;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.SourceProvider;
import org.apache.flink.table.connector.source.VectorSearchTableSource;
import org.apache.flink.table.connector.source.abilities.SupportsFilterPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsLimitPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsProjectionPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsReadingMetadata;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.types.DataType;

/** Reads an index table: all rows of a version, or those near to vectors. */
final class KnitTableSource
    implements ScanTableSource,
        VectorSearchTableSource,
        SupportsFilterPushDown,
        SupportsProjectionPushDown,
        SupportsLimitPushDown,
        SupportsReadingMetadata {
  private final TableAccess table;
  private final ReadableConfig options;
  private final ReadVersion version;
  private RowShape shape;
  private long limit = -1;

  KnitTableSource(TableAccess table, TableColumns columns, ReadableConfig options) {
    this.table = table;
    this.options = options;
    this.version = ReadVersion.of(options);
    this.shape = RowShape.all(columns);
  }

  @Override
  public ChangelogMode getChangelogMode() {
    return ChangelogMode.insertOnly();
  }

  @Override
  public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
    requireFitting();
    return SourceProvider.of(new RowsSource(table, version, shape, limit));
  }

  @Override
  public VectorSearchRuntimeProvider getSearchRuntimeProvider(VectorSearchContext context) {
    int[][] searched = context.getSearchColumns();
    boolean vector =
        searched.length == 1
            && searched[0].length == 1
            && shape.projected().get(searched[0][0]) == shape.columns().vector();
    if (!vector) {
      throw new ValidationException(
          "VECTOR_SEARCH of '%s' can search its vectors, DESCRIPTOR(`%s`), only."
              .formatted(table.path(), shape.columns().name(shape.columns().vector())));
    }
    requireFitting();
    SearchConfig config = SearchConfig.of(context.runtimeConfig().toMap());
    Duration refresh = KnitOptions.refresh(options);
    return new SearchProvider(new SearchSpec(table, version, shape, refresh, config));
  }

  /** Finds out early what does not fit. */
  private void requireFitting() {
    try {
      Snapshot snapshot = version.of(table.table());
      shape.columns().numbers(table.path(), snapshot.schema());
      NewTable.requireSame(table.path(), options, snapshot);
    } catch (NoSuchIndexException e) {
      throw new ValidationException(
          e.getMessage() + " The first INSERT makes a table, or CREATE TABLE in a Knit catalog.",
          e);
    } catch (IOException e) {
      throw new TableException("'%s' cannot be read: %s".formatted(table.path(), e), e);
    }
  }

  /** Takes all that it can evaluate exactly. */
  @Override
  public Result applyFilters(List<ResolvedExpression> filters) {
    Conditions conditions = new Conditions(shape.columns());
    List<ResolvedExpression> accepted = new ArrayList<>();
    List<ResolvedExpression> remaining = new ArrayList<>();
    for (ResolvedExpression filter : filters) {
      Optional<Condition> condition = conditions.of(filter);
      condition.ifPresent(one -> shape = shape.where(one));
      (condition.isPresent() ? accepted : remaining).add(filter);
    }
    return Result.of(accepted, remaining);
  }

  @Override
  public boolean supportsNestedProjection() {
    return false;
  }

  @Override
  public void applyProjection(int[][] fields, DataType produced) {
    shape = shape.projected(Arrays.stream(fields).map(field -> field[0]).toList());
  }

  @Override
  public void applyLimit(long rows) {
    limit = rows;
  }

  @Override
  public Map<String, DataType> listReadableMetadata() {
    return RowMetadata.types();
  }

  @Override
  public void applyReadableMetadata(List<String> keys, DataType produced) {
    shape = shape.metadata(keys.stream().map(RowMetadata::of).toList());
  }

  @Override
  public DynamicTableSource copy() {
    KnitTableSource copy = new KnitTableSource(table, shape.columns(), options);
    copy.shape = shape;
    copy.limit = limit;
    return copy;
  }

  @Override
  public String asSummaryString() {
    return "Knit " + table.path();
  }
}
