package dev.knit.benchmarks;

import dev.knit.vector.Metric;
import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;

/**
 * jvector over float32 vectors in memory: a hierarchy of Vamana graphs of degree 2m, beam {@code
 * ef_construction}, overflow and alpha 1.2, refined at the end, as its own examples are. It picks
 * its arithmetic itself: native code on JDK 22 and later, the Vector API on 20 and later, else
 * plain Java; it logs which.
 */
final class Jvector implements AnnIndex {
  private static final float OVERFLOW = 1.2f;
  private static final float ALPHA = 1.2f;
  private static final VectorTypeSupport TYPES =
      VectorizationProvider.getInstance().getVectorTypeSupport();

  private VectorSimilarityFunction similarity;
  private RandomAccessVectorValues vectors;
  private GraphSearcher searcher;
  private int ef;
  private long visited;

  @Override
  public void build(DataSet data, BuildParams params) throws IOException {
    similarity =
        data.metric() == Metric.L2
            ? VectorSimilarityFunction.EUCLIDEAN
            : VectorSimilarityFunction.DOT_PRODUCT;
    vectors = copies(data);
    searcher = new GraphSearcher(graph(data.dimension(), params));
  }

  private ImmutableGraphIndex graph(int dimension, BuildParams params) throws IOException {
    ForkJoinPool pool = new ForkJoinPool(params.threads());
    try (GraphIndexBuilder builder =
        new GraphIndexBuilder(
            BuildScoreProvider.randomAccessScoreProvider(vectors, similarity),
            dimension,
            2 * params.m(),
            params.efConstruction(),
            OVERFLOW,
            ALPHA,
            true,
            true,
            pool,
            pool)) {
      return builder.build(vectors);
    } finally {
      pool.shutdown();
    }
  }

  private static RandomAccessVectorValues copies(DataSet data) {
    List<VectorFloat<?>> copies = new ArrayList<>();
    for (float[] vector : data.base()) {
      copies.add(TYPES.createFloatVector(vector.clone()));
    }
    return new ListRandomAccessVectorValues(copies, data.dimension());
  }

  @Override
  public void ef(int ef) {
    this.ef = ef;
  }

  @Override
  public void search(float[] query, int[] out) {
    VectorFloat<?> vector = TYPES.createFloatVector(query);
    DefaultSearchScoreProvider scores =
        DefaultSearchScoreProvider.exact(vector, similarity, vectors);
    SearchResult result = searcher.search(scores, out.length, ef, 0f, 0f, Bits.ALL);
    visited += result.getVisitedCount();
    for (int i = 0; i < result.getNodes().length; i++) {
      out[i] = result.getNodes()[i].node;
    }
  }

  @Override
  public long distanceComputations() {
    return visited;
  }
}
