package dev.knit.table;

/** What two commits may not both do. */
final class Conflicts {
  private Conflicts() {}

  /** Refuses a change to content that was replaced as a whole since. */
  static void requireSameContent(String table, Snapshot before, Snapshot theirs)
      throws CommitConflictException {
    if (replaced(before, theirs)) {
      throw new CommitConflictException(
          table, theirs.version(), "replaced all rows (%s)".formatted(theirs.operation().kind()));
    }
  }

  static boolean replaced(Snapshot before, Snapshot theirs) {
    return before.ledger().epoch() != theirs.ledger().epoch();
  }

  /** A segment written for {@code before} as {@code theirs} must describe it. */
  static SegmentInfo rebased(SegmentInfo segment, Snapshot before, Snapshot theirs) {
    return before.schema().equals(theirs.schema()) ? segment : segment.writtenAs(before.schema());
  }
}
