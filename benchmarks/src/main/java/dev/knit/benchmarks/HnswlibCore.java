package dev.knit.benchmarks;

import com.github.jelmerk.hnswlib.core.DistanceFunctions;
import com.github.jelmerk.hnswlib.core.Item;
import com.github.jelmerk.hnswlib.core.SearchResult;
import com.github.jelmerk.hnswlib.core.hnsw.HnswIndex;
import dev.knit.vector.Metric;
import java.util.ArrayList;
import java.util.List;

/** hnswlib-core with its own distance functions, as shipped. */
final class HnswlibCore implements AnnIndex {
  private HnswIndex<Integer, float[], Vector, Float> index;

  @Override
  public void build(DataSet data, BuildParams params) throws Exception {
    index =
        HnswIndex.newBuilder(
                data.dimension(),
                data.metric() == Metric.L2
                    ? DistanceFunctions.FLOAT_EUCLIDEAN_DISTANCE
                    : DistanceFunctions.FLOAT_INNER_PRODUCT,
                data.base().length)
            .withM(params.m())
            .withEfConstruction(params.efConstruction())
            .build();
    List<Vector> items = new ArrayList<>();
    for (int i = 0; i < data.base().length; i++) {
      items.add(new Vector(i, data.base()[i].clone()));
    }
    index.addAll(items, params.threads(), (done, all) -> {}, Integer.MAX_VALUE);
  }

  @Override
  public void ef(int ef) {
    index.setEf(ef);
  }

  @Override
  public void search(float[] query, int[] out) {
    int rank = 0;
    for (SearchResult<Vector, Float> result : index.findNearest(query, out.length)) {
      out[rank++] = result.item().id();
    }
  }

  record Vector(Integer id, float[] vector) implements Item<Integer, float[]> {
    @Override
    public int dimensions() {
      return vector.length;
    }
  }
}
