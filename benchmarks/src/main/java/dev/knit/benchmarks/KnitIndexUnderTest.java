package dev.knit.benchmarks;

import dev.knit.hnsw.HnswBuilder;
import dev.knit.hnsw.HnswGraph;
import dev.knit.hnsw.HnswParams;
import dev.knit.hnsw.HnswSearcher;
import dev.knit.hnsw.Levels;
import dev.knit.hnsw.Neighbors;
import dev.knit.vector.FlatVectors;

/** Knit's graph over float32 vectors on the heap. */
final class KnitIndexUnderTest implements AnnIndex {
  private HnswSearcher searcher;
  private int ef;

  @Override
  public String name() {
    return "knit";
  }

  @Override
  public void build(DataSet data, int m, int efConstruction, int threads) {
    FlatVectors vectors = FlatVectors.of(data.metric(), data.base());
    byte[] levels = new byte[vectors.size()];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = Levels.of(0, i, m);
    }
    HnswGraph graph =
        new HnswBuilder(new HnswParams(m, efConstruction), threads).build(vectors, levels);
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
