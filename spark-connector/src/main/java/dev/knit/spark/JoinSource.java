package dev.knit.spark;

import java.util.function.LongSupplier;

/** What a join of a plan searches and how, as its nodes ask for it on the driver. */
public interface JoinSource {
  /** What the join is called in plans. */
  String name();

  /** What it looks for. */
  KnnOptions options();

  /**
   * The searches, over an index that is made now if need be.
   *
   * @param queries tells how many there will be, which may take a job
   * @return null when there are no rows to be found
   */
  IndexSearch search(LongSupplier queries);

  /** The same if they are known already, or else null. */
  IndexSearch known();

  /** Reads the vectors that rows of the left look for. */
  QueryReader reader(IndexSearch search);

  /** Whether it has several segments, or may have, that take more than so many bytes together. */
  boolean exceeds(long bytes);

  /** For plans. */
  String describe();
}
