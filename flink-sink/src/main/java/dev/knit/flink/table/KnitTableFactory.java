package dev.knit.flink.table;

import dev.knit.flink.TableAccess;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.types.logical.RowType;

/** {@code 'connector' = 'knit'}: index tables in Flink SQL. */
public final class KnitTableFactory implements DynamicTableSourceFactory, DynamicTableSinkFactory {
  static final String IDENTIFIER = "knit";

  @Override
  public String factoryIdentifier() {
    return IDENTIFIER;
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return Set.of(KnitOptions.PATH);
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    return KnitOptions.OPTIONAL;
  }

  @Override
  public DynamicTableSource createDynamicTableSource(Context context) {
    ReadableConfig options = options(context);
    return new KnitTableSource(at(context, options), columns(context, options), options);
  }

  @Override
  public DynamicTableSink createDynamicTableSink(Context context) {
    ReadableConfig options = options(context);
    if (!ReadVersion.of(options).isNewest()) {
      throw new ValidationException(
          "Versions of the past cannot be written to; leave out the options 'scan....'.");
    }
    return new KnitTableSink(at(context, options), columns(context, options), options);
  }

  private ReadableConfig options(Context context) {
    FactoryUtil.TableFactoryHelper helper = FactoryUtil.createTableFactoryHelper(this, context);
    helper.validate();
    KnitOptions.metric(helper.getOptions());
    KnitOptions.quantization(helper.getOptions());
    return helper.getOptions();
  }

  private static TableAccess at(Context context, ReadableConfig options) {
    return ClientHadoop.table(options.get(KnitOptions.PATH), context.getConfiguration());
  }

  private static TableColumns columns(Context context, ReadableConfig options) {
    RowType row = (RowType) context.getPhysicalRowDataType().getLogicalType();
    return TableColumns.of(row, options.get(KnitOptions.VECTOR), context.getPrimaryKeyIndexes());
  }
}
