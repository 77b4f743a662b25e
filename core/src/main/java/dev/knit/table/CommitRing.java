package dev.knit.table;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The keys of each writer's last commits, which every version carries on: what was committed once
 * is known for as long as the table lives, whatever versions expire. Immutable.
 *
 * @param writers the commits of each writer, by rising id
 */
record CommitRing(SortedMap<String, List<Entry>> writers) {
  /** Commits that are kept of each writer, and writers that are kept. */
  static final int COMMITS = 100;

  static final int WRITERS = 1000;

  static final CommitRing EMPTY = new CommitRing(new TreeMap<>());

  /** One commit and the version it made. */
  record Entry(long id, String digest, long version) {}

  CommitRing {
    SortedMap<String, List<Entry>> copy = new TreeMap<>();
    writers.forEach((writer, entries) -> copy.put(writer, List.copyOf(entries)));
    writers = Collections.unmodifiableSortedMap(copy);
  }

  /**
   * The version that a commit made, if it was made.
   *
   * @throws IllegalArgumentException when the writer has made a later commit, but not this one
   */
  OptionalLong version(CommitKey key) {
    List<Entry> entries = writers.getOrDefault(key.writer(), List.of());
    for (Entry entry : entries) {
      if ((key.isContent() || entry.id() == key.id()) && entry.digest().equals(key.digest())) {
        return OptionalLong.of(entry.version());
      }
    }
    long last = entries.isEmpty() ? Long.MIN_VALUE : entries.get(entries.size() - 1).id();
    if (!key.isContent() && !entries.isEmpty() && key.id() <= last) {
      throw new IllegalArgumentException(
          "Writer '%s' offers commit %d, but it has committed up to %d and this one with other content or too long ago to tell; it was restored from an old state. Give it another name, or roll the table back."
              .formatted(key.writer(), key.id(), last));
    }
    return OptionalLong.empty();
  }

  /**
   * These with one more, which its writer has not made yet. The id of a key without one is the
   * version, which rises.
   */
  CommitRing with(CommitKey key, long version) {
    SortedMap<String, List<Entry>> next = new TreeMap<>(writers);
    List<Entry> entries = new ArrayList<>(next.getOrDefault(key.writer(), List.of()));
    entries.add(new Entry(key.isContent() ? version : key.id(), key.digest(), version));
    next.put(key.writer(), entries.subList(Math.max(0, entries.size() - COMMITS), entries.size()));
    if (next.size() > WRITERS) {
      next.remove(
          Collections.min(next.entrySet(), Comparator.comparingLong(CommitRing::lastVersion))
              .getKey());
    }
    return new CommitRing(next);
  }

  private static long lastVersion(Map.Entry<String, List<Entry>> writer) {
    List<Entry> entries = writer.getValue();
    return entries.get(entries.size() - 1).version();
  }
}
