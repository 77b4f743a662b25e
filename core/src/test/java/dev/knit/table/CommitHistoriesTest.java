package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What {@link CommitHistory} says holds of as many histories as {@code knit.histories} tells. */
class CommitHistoriesTest {
  private static final int OPERATIONS = 12;

  @Test
  void everyVersionIsWhatTheModelSays() throws Exception {
    int histories = Integer.getInteger("knit.histories", 10_000);
    int failed = 0;
    int unknown = 0;
    int conflicts = 0;
    for (int seed = 0; seed < histories; seed++) {
      CommitHistory history = new CommitHistory(seed);
      try {
        history.run(OPERATIONS);
      } catch (Throwable e) {
        throw new AssertionError("Seed %d: %s".formatted(seed, e.getMessage()), e);
      }
      failed += history.failed;
      unknown += history.unknown;
      conflicts += history.conflicts;
    }
    // what makes the histories worth having did happen
    assertThat(failed).isGreaterThan(histories / 10);
    assertThat(unknown).isGreaterThan(histories / 100);
    assertThat(conflicts).isGreaterThan(histories / 100);
  }
}
