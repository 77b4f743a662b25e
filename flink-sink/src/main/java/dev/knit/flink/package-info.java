/**
 * Streaming ingestion: a Flink sink that puts inserts, updates and deletes into a Knit index table,
 * one commit per checkpoint, exactly once. It meets {@code dev.knit.spark} only in the table on
 * storage.
 */
package dev.knit.flink;
