/**
 * Index tables in Flink SQL: the connector {@code knit} with scans, {@code VECTOR_SEARCH} and
 * writes, and the catalog. It uses {@link dev.knit.flink}, which does not know it.
 */
package dev.knit.flink.table;
