package dev.knit.hnsw;

import java.util.stream.IntStream;

/**
 * Which subgraphs look for neighbors in which others, and how. Of two of about equal size each
 * looks into the other. One that is more than {@value #MANY} times as large as another does not
 * look into it: its nodes get edges from those of the small one alone, as if these were inserted,
 * so that the work goes with the size of the small one.
 */
final class MergePlan {
  /** From which ratio of sizes on only the smaller walks. */
  static final int MANY = 4;

  private final int[] bases;
  private final MergeParams like;
  private final MergeParams small;

  /**
   * A plan for subgraphs.
   *
   * @param bases the first node of each; one more entry ends the last
   * @param like how those of about equal size look into each other
   * @param small how a small one looks into a large one
   */
  MergePlan(int[] bases, MergeParams like, MergeParams small) {
    this.bases = bases;
    this.like = like;
    this.small = small;
  }

  /** Whether the nodes of one subgraph look for neighbors in another. */
  boolean walks(int from, int into) {
    return from != into && size(into) > 0 && size(from) <= (long) MANY * size(into);
  }

  /** How they do. */
  MergeParams params(int from, int into) {
    return walks(into, from) ? like : small;
  }

  /** How many hits are kept for each node of a subgraph: for one in a large one, most of them. */
  int candidates(int subgraph) {
    boolean intoLarge =
        IntStream.range(0, bases.length - 1)
            .anyMatch(other -> walks(subgraph, other) && !walks(other, subgraph));
    return intoLarge ? small.candidates() : like.candidates();
  }

  /** Whether each of two looks into the other. */
  boolean areLike(int one, int other) {
    return walks(one, other) && walks(other, one);
  }

  /** Whether a subgraph is like another. */
  boolean isLikeAny(int subgraph) {
    return IntStream.range(0, bases.length - 1).anyMatch(other -> areLike(subgraph, other));
  }

  private int size(int subgraph) {
    return bases[subgraph + 1] - bases[subgraph];
  }
}
