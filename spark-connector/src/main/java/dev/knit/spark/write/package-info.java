/** Writes of batches, streams and row-level statements to index tables, as Spark has them done. */
package dev.knit.spark.write;
