package dev.knit.spark;

import java.util.function.LongSupplier;

/** What a join looks for, and where. */
record JoinSpec(JoinTarget target, KnnOptions options) implements JoinSource {
  @Override
  public String name() {
    return "KnnJoin";
  }

  @Override
  public IndexSearch search(LongSupplier queries) {
    return target.search(queries);
  }

  @Override
  public IndexSearch known() {
    return target.known();
  }

  @Override
  public boolean exceeds(long bytes) {
    return target.exceeds(bytes);
  }

  @Override
  public QueryReader reader(IndexSearch search) {
    String path = search.path();
    return array ->
        SparkVectors.floats(array, () -> "Query for index '%s': Vector".formatted(path));
  }

  @Override
  public String describe() {
    return "Knit[%s, k=%d, %s%s]"
        .formatted(
            target.describe(),
            options.k(),
            options.exact() ? "exact" : "ef=" + options.ef(),
            options.filter() == null ? "" : ", filter=" + options.filter());
  }

  /** For plans. */
  @Override
  public String toString() {
    return describe();
  }
}
