package dev.knit.hnsw;

/** In which order the nodes of one level are inserted; higher levels always go first. */
public enum InsertionOrder {
  /** By number. */
  AS_GIVEN,

  /**
   * By falling local intrinsic dimensionality, ties by number: an order that shifted recall for
   * Elliott and Clark (arXiv:2405.17813, §5). The maximum-likelihood estimate of Levina and Bickel
   * (NIPS 2004) is taken from the nearest 20 of a fixed sample of 512 nodes, which costs 512
   * distances a node.
   */
  DESCENDING_LID
}
