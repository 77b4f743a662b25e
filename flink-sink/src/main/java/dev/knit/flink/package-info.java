/**
 * Streaming ingestion: a Flink sink writes inserts, updates and deletes into a Knit index table,
 * one commit per checkpoint. This package holds no code yet; it will meet {@code dev.knit.spark}
 * only in the table on storage.
 */
package dev.knit.flink;
