package dev.knit.spark;

/** What a join looks for, and where. */
record JoinSpec(JoinTarget target, KnnOptions options) {
  /** For plans. */
  @Override
  public String toString() {
    return "Knit[%s, k=%d, %s%s]"
        .formatted(
            target.describe(),
            options.k(),
            options.exact() ? "exact" : "ef=" + options.ef(),
            options.filter() == null ? "" : ", filter=" + options.filter());
  }
}
