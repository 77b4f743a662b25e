package dev.knit.flink.table;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.VectorSearchFunction;

/** VECTOR_SEARCH by the thread of the task. */
public final class SearchFunction extends VectorSearchFunction {
  private static final long serialVersionUID = 1;

  private final SearchSpec spec;
  private transient ServedTable table;
  private transient SearchMetrics metrics;

  SearchFunction(SearchSpec spec) {
    this.spec = spec;
  }

  @Override
  public void open(FunctionContext context) throws IOException {
    table = ServedTable.acquire(spec.served());
    metrics = SearchMetrics.of(context.getMetricGroup(), table);
  }

  @Override
  public Collection<RowData> vectorSearch(int k, RowData query) {
    return query.isNullAt(0)
        ? List.of()
        : table.search(query.getArray(0), k, spec.config(), metrics);
  }

  @Override
  public void close() {
    if (table != null) {
      table.release();
      table = null;
    }
  }
}
