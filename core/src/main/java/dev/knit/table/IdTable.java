package dev.knit.table;

import java.util.Arrays;

/**
 * Rows by id: an open-addressed hash table of row numbers, whose ids stand elsewhere. Not
 * thread-safe.
 */
final class IdTable {
  static final int NONE = -1;
  private int[] table = empty(16);
  private int count;

  int count() {
    return count;
  }

  /** The row of {@code id}, or −1. */
  int get(Object id, Object[] ids) {
    return table[slot(id, ids)];
  }

  /** Enters a row under its id, in place of the row that was there. */
  void put(int row, Object[] ids) {
    if (3L * count >= 2L * table.length) {
      grow(ids);
    }
    int slot = slot(ids[row], ids);
    count += table[slot] == NONE ? 1 : 0;
    table[slot] = row;
  }

  /** Removes an id, if it is there; moves those up that stand behind it for want of room. */
  void remove(Object id, Object[] ids) {
    int hole = slot(id, ids);
    if (table[hole] == NONE) {
      return;
    }
    count--;
    table[hole] = NONE;
    for (int slot = next(hole); table[slot] != NONE; slot = next(slot)) {
      int row = table[slot];
      table[slot] = NONE;
      table[slot(ids[row], ids)] = row;
    }
  }

  /** Where {@code id} is or, if it is not there, goes. */
  private int slot(Object id, Object[] ids) {
    int slot = (int) ((id.hashCode() * 0x9E3779B97F4A7C15L) >>> 32) & (table.length - 1);
    while (table[slot] != NONE && !ids[table[slot]].equals(id)) {
      slot = next(slot);
    }
    return slot;
  }

  private int next(int slot) {
    return (slot + 1) & (table.length - 1);
  }

  private void grow(Object[] ids) {
    int[] smaller = table;
    table = empty(Math.multiplyExact(2, smaller.length));
    for (int row : smaller) {
      if (row != NONE) {
        table[slot(ids[row], ids)] = row;
      }
    }
  }

  private static int[] empty(int slots) {
    int[] table = new int[slots];
    Arrays.fill(table, NONE);
    return table;
  }
}
