/**
 * The index table: segments of rows and graphs on storage, committed as snapshots. The bytes are
 * described in {@code FORMAT.md}.
 */
package dev.knit.table;
