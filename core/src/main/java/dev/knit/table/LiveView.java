package dev.knit.table;

import dev.knit.hnsw.HnswGraph;
import dev.knit.vector.FlatVectors;
import java.util.BitSet;

/**
 * A live index as it stood at one moment.
 *
 * @param rowCount how many of {@code rows} there were
 * @param deaths how many of them had died
 */
record LiveView(HnswGraph graph, FlatVectors vectors, LiveRows rows, int rowCount, int deaths) {
  /** How many rows lived. */
  int size() {
    return rowCount - deaths;
  }

  boolean lives(int row) {
    return rows.lived(row, deaths);
  }

  /** The nodes that have a row that lived. */
  BitSet liveNodes() {
    BitSet live = new BitSet(graph.size());
    for (int row = 0; row < rowCount; row++) {
      if (lives(row)) {
        live.set(rows.node(row));
      }
    }
    return live;
  }

  /** The same with one more row dead. */
  LiveView after(int row) {
    rows.die(row, deaths);
    return new LiveView(graph, vectors, rows, rowCount, deaths + 1);
  }
}
