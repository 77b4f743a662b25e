package dev.knit.flink.table;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryArrayData;
import org.apache.flink.table.functions.AsyncVectorSearchFunction;
import org.apache.flink.table.functions.FunctionContext;

/** VECTOR_SEARCH by threads that all tasks of the process share. */
public final class AsyncSearchFunction extends AsyncVectorSearchFunction {
  private static final long serialVersionUID = 1;

  private final SearchSpec spec;
  private transient ServedTable table;
  private transient SearchMetrics metrics;

  AsyncSearchFunction(SearchSpec spec) {
    this.spec = spec;
  }

  @Override
  public void open(FunctionContext context) throws IOException {
    table = ServedTable.acquire(spec.served());
    metrics = SearchMetrics.of(context.getMetricGroup(), table);
  }

  @Override
  public CompletableFuture<Collection<RowData>> asyncVectorSearch(int k, RowData query) {
    return query.isNullAt(0)
        ? CompletableFuture.completedFuture(List.of())
        : table.searchAsync(kept(query.getArray(0)), k, spec.config(), metrics);
  }

  /** Flink may use the memory of a row again before it is searched for. */
  private static ArrayData kept(ArrayData query) {
    return query instanceof BinaryArrayData binary ? binary.copy() : query;
  }

  @Override
  public void close() {
    if (table != null) {
      table.release();
      table = null;
    }
  }
}
