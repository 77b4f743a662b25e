package dev.knit.flink.table;

import org.apache.flink.table.connector.source.search.AsyncVectorSearchFunctionProvider;
import org.apache.flink.table.connector.source.search.VectorSearchFunctionProvider;
import org.apache.flink.table.functions.AsyncVectorSearchFunction;
import org.apache.flink.table.functions.VectorSearchFunction;

/** Makes the functions of a search; {@code CONFIG} chooses one by {@code async}. */
record SearchProvider(SearchSpec spec)
    implements VectorSearchFunctionProvider, AsyncVectorSearchFunctionProvider {

  @Override
  public VectorSearchFunction createVectorSearchFunction() {
    return new SearchFunction(spec);
  }

  @Override
  public AsyncVectorSearchFunction createAsyncVectorSearchFunction() {
    return new AsyncSearchFunction(spec);
  }
}
