package dev.knit.table;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Changes tags or expiry; stands beside anything. */
final class LedgerChange implements Change {
  private final Operation operation;
  private final Step step;

  private interface Step {
    TableLedger apply(Snapshot newest) throws NoSuchIndexException;
  }

  private LedgerChange(Operation operation, Step step) {
    this.operation = operation;
    this.step = step;
  }

  /** Names a version, in place of the one that had the name. */
  static LedgerChange tag(String table, String name, long version) {
    return new LedgerChange(
        new Operation(Operation.TAG, Map.of("tag", name, "tagged", Long.toString(version))),
        newest -> {
          requireKept(table, newest, version);
          SortedMap<String, Long> tags = new TreeMap<>(newest.ledger().tags());
          tags.put(name, version);
          return newest.ledger().with(tags);
        });
  }

  /** Takes a name away. */
  static LedgerChange untag(String table, String name) {
    return new LedgerChange(
        new Operation(Operation.TAG, Map.of("untagged", name)),
        newest -> {
          SortedMap<String, Long> tags = new TreeMap<>(newest.ledger().tags());
          if (tags.remove(name) == null) {
            throw new NoSuchIndexException(
                "'%s' has no tag '%s'; there are %s.".formatted(table, name, tags.keySet()));
          }
          return newest.ledger().with(tags);
        });
  }

  /** Gives up the versions before {@code earliest}. */
  static LedgerChange expire(long earliest) {
    return new LedgerChange(
        new Operation(Operation.EXPIRE, Map.of("before", Long.toString(earliest))),
        newest ->
            newest.ledger().earliestVersion() >= earliest
                ? newest.ledger()
                : newest.ledger().expiredBefore(earliest));
  }

  /** Refuses versions that were never made or have expired. */
  static void requireKept(String table, Snapshot newest, long version) throws NoSuchIndexException {
    if (version < 1 || version > newest.version() || !newest.ledger().keeps(version)) {
      throw new NoSuchIndexException(
          "'%s' has no version %d; there are %d to %d."
              .formatted(table, version, newest.ledger().earliestVersion(), newest.version()));
    }
  }

  @Override
  public void rebase(Snapshot before, Snapshot theirs) {}

  @Override
  public Snapshot next(Snapshot newest) throws NoSuchIndexException {
    TableLedger ledger = step.apply(newest);
    return ledger.equals(newest.ledger()) ? newest : newest.next(ledger, operation);
  }
}
