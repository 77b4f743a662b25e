package dev.knit.vector;

import java.util.Arrays;

/**
 * Vectors of which no two are equal, made from some that may be.
 *
 * @param vectors one for each that differs, in order of first appearance
 * @param nodes for each input vector, the node that has it; null when all differed
 */
public record DistinctVectors(VectorValues vectors, int[] nodes) {

  /** Leaves out the vectors that an earlier one equals. */
  public static DistinctVectors of(VectorValues vectors) {
    VectorSet set = new VectorSet(vectors.size());
    int[] nodes = new int[vectors.size()];
    int[] kept = new int[vectors.size()];
    int count = 0;
    for (int i = 0; i < nodes.length; i++) {
      int first = set.add(vectors, i);
      if (first == i) {
        kept[count] = i;
        nodes[i] = count++;
      } else {
        nodes[i] = nodes[first];
      }
    }
    return count == nodes.length
        ? new DistinctVectors(vectors, null)
        : new DistinctVectors(vectors.select(Arrays.copyOf(kept, count)), nodes);
  }
}
