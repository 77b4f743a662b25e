package dev.knit.table;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a version carries on from the one before besides rows. Immutable.
 *
 * @param epoch how often the content was replaced as a whole: by overwriting or rolling back
 * @param earliestVersion versions before it have expired, unless they are tagged
 * @param tags names of versions, which do not expire
 * @param ring what writers have committed
 */
record TableLedger(
    long epoch, long earliestVersion, SortedMap<String, Long> tags, CommitRing ring) {
  static final TableLedger NEW = new TableLedger(0, 1, new TreeMap<>(), CommitRing.EMPTY);

  TableLedger {
    tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
  }

  TableLedger nextEpoch() {
    return new TableLedger(epoch + 1, earliestVersion, tags, ring);
  }

  TableLedger expiredBefore(long version) {
    return new TableLedger(epoch, version, tags, ring);
  }

  TableLedger with(SortedMap<String, Long> newTags) {
    return new TableLedger(epoch, earliestVersion, newTags, ring);
  }

  TableLedger with(CommitKey key, long version) {
    return new TableLedger(epoch, earliestVersion, tags, ring.with(key, version));
  }

  /** Whether a version that was committed has not expired. */
  boolean keeps(long version) {
    return version >= earliestVersion || tags.containsValue(version);
  }
}
