package dev.knit.flink.table;

import org.apache.flink.table.data.RowData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of rows that do not fit the table, as those with a vector of another dimension. */
enum InvalidRows {
  /** The job fails. */
  FAIL,
  /** They are left out, each told in the log and counted by the metric {@code invalidRecords}. */
  LOG;

  private static final Logger OUT = LoggerFactory.getLogger(InvalidRows.class);

  static void log(RowData row, IllegalArgumentException reason) {
    OUT.warn("A row of kind {} was left out: {}", row.getRowKind(), reason.getMessage());
  }
}
