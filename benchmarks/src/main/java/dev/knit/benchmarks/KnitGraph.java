package dev.knit.benchmarks;

import dev.knit.hnsw.EdgeSketches;
import dev.knit.hnsw.HnswBuilder;
import dev.knit.hnsw.HnswGraph;
import dev.knit.hnsw.HnswParams;
import dev.knit.hnsw.HnswSearcher;
import dev.knit.hnsw.Levels;
import dev.knit.hnsw.Neighbors;
import dev.knit.hnsw.SearchOptions;
import dev.knit.vector.VectorValues;
import java.util.function.Function;

/**
 * Knit's graph over vectors in whatever form they are held. Where searches adapt to their queries,
 * the beam is {@value #WIDE} wide and an ef of 50 stands for gamma 0.05.
 */
final class KnitGraph implements AnnIndex {
  private static final int WIDE = 512;

  private final Function<DataSet, VectorValues> form;
  private final boolean adaptive;
  private final boolean sketched;
  private HnswSearcher searcher;
  private SearchOptions options;

  KnitGraph(Function<DataSet, VectorValues> form, boolean adaptive, boolean sketched) {
    this.form = form;
    this.adaptive = adaptive;
    this.sketched = sketched;
  }

  @Override
  public void build(DataSet data, BuildParams params) {
    VectorValues vectors = form.apply(data);
    byte[] levels = new byte[vectors.size()];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = Levels.of(0, i, params.m());
    }
    HnswParams hnsw = new HnswParams(params.m(), params.efConstruction());
    HnswGraph graph = new HnswBuilder(hnsw, params.threads()).build(vectors, levels);
    searcher = new HnswSearcher(graph.withoutLengths(), vectors);
    if (sketched) {
      searcher.sketched(EdgeSketches.of(graph, vectors, params.threads()));
    }
  }

  @Override
  public void ef(int ef) {
    options =
        adaptive
            ? SearchOptions.of(DataSet.K, WIDE).gamma(ef / 1000.0)
            : SearchOptions.of(DataSet.K, ef);
  }

  @Override
  public void search(float[] query, int[] out) {
    Neighbors neighbors = searcher.search(query, options);
    for (int i = 0; i < neighbors.size(); i++) {
      out[i] = neighbors.node(i);
    }
  }

  @Override
  public long distanceComputations() {
    return searcher.distanceComputations();
  }
}
