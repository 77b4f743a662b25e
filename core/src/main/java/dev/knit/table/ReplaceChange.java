package dev.knit.table;

import java.util.List;
import java.util.Map;

/**
 * Replaces the whole content, whatever rows others commit meanwhile unless these are to stay. Does
 * not stand beside another replacement or a change of columns.
 */
final class ReplaceChange implements Change {
  private final String table;
  private final Replacement replacement;
  private final boolean sameRows;

  private interface Replacement {
    Snapshot apply(Snapshot newest) throws NoSuchIndexException;
  }

  private ReplaceChange(String table, Replacement replacement, boolean sameRows) {
    this.table = table;
    this.replacement = replacement;
    this.sameRows = sameRows;
  }

  /** Puts columns, parameters and segments of {@code draft} in the place of what there is. */
  static ReplaceChange overwrite(String table, Snapshot draft) {
    return new ReplaceChange(table, newest -> after(newest, draft), false);
  }

  /** The same with the rows that there are. */
  static ReplaceChange rebuild(String table, Snapshot draft) {
    return new ReplaceChange(table, newest -> after(newest, draft), true);
  }

  private static Snapshot after(Snapshot newest, Snapshot draft) {
    return newest.next(draft.schema(), draft.params(), draft.segments(), draft.operation());
  }

  /** Brings the content of an earlier version back, if it has not expired. */
  static ReplaceChange rollback(String table, Snapshot target) {
    List<SegmentInfo> segments = target.segments().stream().map(s -> s.with(List.of())).toList();
    Operation operation =
        new Operation(Operation.ROLLBACK, Map.of("to", Long.toString(target.version())));
    return new ReplaceChange(
        table,
        newest -> {
          LedgerChange.requireKept(table, newest, target.version());
          return newest.next(target.schema(), target.params(), segments, operation);
        },
        false);
  }

  @Override
  public void rebase(Snapshot before, Snapshot theirs) throws CommitConflictException {
    Conflicts.requireSameContent(table, before, theirs);
    if (!before.schema().equals(theirs.schema())) {
      throw new CommitConflictException(table, theirs.version(), "changed the columns");
    }
    if (sameRows && !before.segments().equals(theirs.segments())) {
      throw new CommitConflictException(table, theirs.version(), "changed rows or segments");
    }
  }

  @Override
  public Snapshot next(Snapshot newest) throws NoSuchIndexException {
    return replacement.apply(newest);
  }
}
