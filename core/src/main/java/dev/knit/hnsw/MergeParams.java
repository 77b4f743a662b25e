package dev.knit.hnsw;

/**
 * How subgraphs are merged.
 *
 * @param localEf how many of the nearest hits a walk expands per node (local_ef of IGTM)
 * @param jumpEf width of the beam when a walk starts from the other graph's entry point
 * @param seeds how many hits of a node its neighbor starts from
 * @param hits how many hits in one other subgraph are kept per node
 * @param candidates how many hits in all other subgraphs are kept per node
 * @param sketched whether walks leave out what sketches of edges tell to be too far
 */
record MergeParams(int localEf, int jumpEf, int seeds, int hits, int candidates, boolean sketched) {
  /**
   * How the nodes of a small subgraph look into a large one, which gives them most of their
   * neighbors. Ten times 1 % of 20,000 SIFT descriptors merged in, recall@10 at equal ef is the
   * same as built anew; of 22 candidates each it was up to 0.005 lower.
   */
  static final MergeParams SMALL = new MergeParams(48, 64, 10, 64, 96, false);

  /**
   * Two subgraphs are searched thoroughly. Of many each holds few of the nearest, so shorter
   * searches find as much together. Measured on 200,000 SIFT descriptors, recall@10 at ef 32
   * against 0.9148 in one go: 4 parts, localEf 3 gives 0.9078 and 5 gives 0.9230; 8 parts, 3 gives
   * 0.9165; 16 parts, 3 gives 0.9214.
   */
  static MergeParams of(int subgraphs) {
    if (subgraphs <= 2) {
      return new MergeParams(10, 16, 12, 16, 22, true);
    }
    if (subgraphs <= 5) {
      return new MergeParams(5, 32, 6, 12, 48, true);
    }
    return subgraphs <= 11
        ? new MergeParams(4, 32, 5, 10, 48, true)
        : new MergeParams(3, 32, 4, 8, 48, true);
  }
}
