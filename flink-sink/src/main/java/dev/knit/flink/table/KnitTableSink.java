package dev.knit.flink.table;

import dev.knit.flink.CompactionOptions;
import dev.knit.flink.KnitSink;
import dev.knit.flink.KnitSinkBuilder;
import dev.knit.flink.TableAccess;
import dev.knit.table.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.TableException;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.sink.SinkV2Provider;
import org.apache.flink.table.connector.sink.abilities.SupportsDeletePushDown;
import org.apache.flink.table.connector.sink.abilities.SupportsOverwrite;
import org.apache.flink.table.connector.sink.abilities.SupportsTargetColumnWriting;
import org.apache.flink.table.connector.sink.abilities.SupportsTruncate;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.types.RowKind;

/** Writes an index table: rows that are inserted take the place of those with their ids. */
final class KnitTableSink
    implements DynamicTableSink,
        SupportsOverwrite,
        SupportsTargetColumnWriting,
        SupportsDeletePushDown,
        SupportsTruncate {
  private final TableAccess table;
  private final TableColumns columns;
  private final ReadableConfig options;
  private boolean overwriting;
  private Condition deleted;

  KnitTableSink(TableAccess table, TableColumns columns, ReadableConfig options) {
    this.table = table;
    this.columns = columns;
    this.options = options;
  }

  /** All changes but the old values of rows, with a primary key; without one, new rows only. */
  @Override
  public ChangelogMode getChangelogMode(ChangelogMode requested) {
    if (columns.id() < 0) {
      return ChangelogMode.insertOnly();
    }
    ChangelogMode.Builder taken = ChangelogMode.newBuilder().keyOnlyDeletes(true);
    for (RowKind kind : requested.getContainedKinds()) {
      if (kind != RowKind.UPDATE_BEFORE) {
        taken.addContainedKind(kind);
      }
    }
    return taken.build();
  }

  @Override
  public SinkRuntimeProvider getSinkRuntimeProvider(Context context) {
    if (overwriting && !context.isBounded()) {
      throw new ValidationException(
          "INSERT OVERWRITE replaces a table when the job ends; run it in batch mode: SET 'execution.runtime-mode' = 'batch'.");
    }
    Integer parallelism = options.get(FactoryUtil.SINK_PARALLELISM);
    return SinkV2Provider.of(sink(), parallelism);
  }

  private KnitSink<RowData> sink() {
    Optional<Snapshot> existing = existing();
    existing.ifPresent(this::requireFitting);
    Snapshot made = existing.orElseGet(() -> NewTable.first(columns, options));
    int id = columns.row().getFieldIndex(made.schema().id().name());
    RowDataMapper mapper = new RowDataMapper(columns.row(), id, columns.vector());
    KnitSinkBuilder<RowData> builder =
        KnitSink.<RowData>builder().table(table).mapper(mapper).columns(mapper.metadata());
    if (existing.isEmpty()) { // one that is dropped under the job is not made again
      builder.createIfAbsent(made.schema(), made.params());
    }
    if (options.get(KnitOptions.INVALID_ROWS) == InvalidRows.LOG) {
      builder.invalidRecords(InvalidRows::log);
    }
    options
        .getOptional(KnitOptions.COMPACTION_PAUSE)
        .ifPresent(pause -> builder.compaction(new CompactionOptions(pause, 1)));
    return (overwriting ? builder.overwrite() : builder).build();
  }

  private void requireFitting(Snapshot snapshot) {
    columns.numbers(table.path(), snapshot.schema());
    columns.requireAll(table.path(), snapshot.schema());
    NewTable.requireSame(table.path(), options, snapshot);
  }

  private Optional<Snapshot> existing() {
    try {
      return table.table().exists() ? Optional.of(table.table().snapshot()) : Optional.empty();
    } catch (IOException e) {
      throw new TableException("'%s' cannot be read: %s".formatted(table.path(), e), e);
    }
  }

  @Override
  public void applyOverwrite(boolean overwrite) {
    overwriting = overwrite;
  }

  /** A row is written as a whole. */
  @Override
  public boolean applyTargetColumns(int[][] targets) {
    List<String> missing = new ArrayList<>(columns.row().getFieldNames());
    Arrays.stream(targets).forEach(target -> missing.remove(columns.name(target[0])));
    if (!missing.isEmpty()) {
      throw new ValidationException(
          "INSERT into an index table must give all columns; here %s are missing. Values of rows there are would be lost; write NULL for what is unknown."
              .formatted(missing));
    }
    return true;
  }

  @Override
  public boolean applyDeleteFilters(List<ResolvedExpression> filters) {
    Conditions conditions = new Conditions(columns);
    List<Condition> all = new ArrayList<>();
    for (ResolvedExpression filter : filters) {
      Optional<Condition> condition = conditions.of(filter);
      if (condition.isEmpty()) {
        return false;
      }
      all.add(condition.get());
    }
    deleted = new Condition.And(all);
    return true;
  }

  @Override
  public Optional<Long> executeDeletion() {
    return Optional.of(delete(deleted));
  }

  @Override
  public void executeTruncation() {
    delete(new Condition.And(List.of()));
  }

  private long delete(Condition condition) {
    try {
      return new Deletion(table, RowShape.all(columns).where(condition)).run();
    } catch (IOException e) {
      throw new TableException(
          "Rows of '%s' cannot be deleted: %s".formatted(table.path(), e.getMessage()), e);
    }
  }

  @Override
  public DynamicTableSink copy() {
    KnitTableSink copy = new KnitTableSink(table, columns, options);
    copy.overwriting = overwriting;
    copy.deleted = deleted;
    return copy;
  }

  @Override
  public String asSummaryString() {
    return "Knit " + table.path();
  }
}
