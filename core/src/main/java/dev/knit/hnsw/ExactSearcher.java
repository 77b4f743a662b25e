package dev.knit.hnsw;

import dev.knit.vector.Distances;
import dev.knit.vector.VectorValues;

/**
 * Finds the truly nearest nodes by measuring all of them.
 *
 * <p>Not thread-safe: one searcher per thread.
 */
public final class ExactSearcher {
  private final VectorValues vectors;
  private final Distances distances;
  private final Beam beam = new Beam();
  private final FilterScan scan;
  private final Answers answers;
  private final float[] keys = new float[Distances.RANGE];
  private long inBlocks;

  /** A searcher of {@code vectors}. */
  public ExactSearcher(VectorValues vectors) {
    this.vectors = vectors.exact();
    this.distances = this.vectors.distances();
    this.scan = new FilterScan(vectors.metric());
    this.answers = new Answers(this.vectors, distances);
  }

  /**
   * The {@code k} nodes nearest to {@code query}, nearest first, ties by node; fewer when there are
   * fewer. The result holds until the next call.
   *
   * @throws IllegalArgumentException when {@code k < 1}, or the query is of another dimension, not
   *     finite, or all zero under {@code cosine}
   */
  public Neighbors search(float[] query, int k) {
    return search(query, SearchOptions.of(k, Math.max(1, k)));
  }

  /** What {@link HnswSearcher#search(float[], SearchOptions)} looks for; ef makes no difference. */
  public Neighbors search(float[] query, SearchOptions options) {
    answers.start(query, options);
    float bound = FilterScan.start(beam, options, vectors.size());
    for (int first = 0; first < vectors.size(); first += keys.length) {
      int count = Math.min(keys.length, vectors.size() - first);
      distances.toRange(first, count, keys);
      for (int i = 0; i < count; i++) {
        if (vectors.metric().distance(keys[i]) <= bound) {
          beam.add(first + i, keys[i]);
        }
      }
    }
    return answers.of(beam, query, options, null);
  }

  /** The same among the nodes that {@code filter} allows. */
  public Neighbors search(float[] query, SearchOptions options, NodeFilter filter) {
    answers.start(query, options);
    scan.run(beam, distances, options, filter);
    return answers.of(beam, query, options, null);
  }

  /** Takes what was found for one of many queries, until it returns. */
  public interface Found {
    /** Takes the answer to {@code queries[query]}. */
    void accept(int query, Neighbors neighbors);
  }

  /**
   * The same for many queries, which together take less time than one by one.
   *
   * @param filter null to allow all
   */
  public void search(float[][] queries, SearchOptions options, NodeFilter filter, Found found) {
    if (options.negatives() != null) {
      for (int i = 0; i < queries.length; i++) {
        found.accept(
            i, filter == null ? search(queries[i], options) : search(queries[i], options, filter));
      }
      return;
    }
    ExactBlock block = new ExactBlock(vectors, queries, options, filter);
    Beam[] beams = block.run();
    inBlocks += block.computed();
    for (int i = 0; i < queries.length; i++) {
      answers.start(queries[i], options);
      found.accept(i, answers.of(beams[i], queries[i], options, null));
    }
  }

  /** How many distances this searcher has computed. */
  public long distanceComputations() {
    return distances.computed() + inBlocks;
  }
}
