package dev.knit.hnsw;

/**
 * How subgraphs are merged.
 *
 * @param localEf how many of the nearest hits a walk expands per node (local_ef of IGTM)
 * @param jumpEf width of the beam when a walk starts from the other graph's entry point
 * @param seeds how many hits of a node its neighbor starts from
 * @param hits how many hits in one other subgraph are kept per node
 * @param candidates how many hits in all other subgraphs are kept per node
 */
record MergeParams(int localEf, int jumpEf, int seeds, int hits, int candidates) {
  /**
   * Two subgraphs are searched thoroughly. Of many each holds few of the nearest, so short searches
   * find as much together: with 16 parts of 100,000 SIFT descriptors localEf 3 saves a quarter of
   * the distances of localEf 5 and loses no recall.
   */
  static MergeParams of(int subgraphs) {
    return subgraphs == 2 ? new MergeParams(10, 32, 10, 32, 48) : new MergeParams(3, 32, 4, 8, 48);
  }
}
