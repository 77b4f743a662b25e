package dev.knit.benchmarks;

import dev.knit.hnsw.HnswBuilder;
import dev.knit.hnsw.HnswGraph;
import dev.knit.hnsw.HnswParams;
import dev.knit.hnsw.HnswSearcher;
import dev.knit.hnsw.Levels;
import dev.knit.hnsw.Neighbors;
import dev.knit.vector.VectorValues;
import java.util.function.Function;

/** Knit's graph over vectors in whatever form they are held. */
final class KnitGraph implements AnnIndex {
  private final Function<DataSet, VectorValues> form;
  private HnswSearcher searcher;
  private int ef;

  KnitGraph(Function<DataSet, VectorValues> form) {
    this.form = form;
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
  }

  @Override
  public void ef(int ef) {
    this.ef = ef;
  }

  @Override
  public void search(float[] query, int[] out) {
    Neighbors neighbors = searcher.search(query, out.length, ef);
    for (int i = 0; i < neighbors.size(); i++) {
      out[i] = neighbors.node(i);
    }
  }

  @Override
  public long distanceComputations() {
    return searcher.distanceComputations();
  }
}
