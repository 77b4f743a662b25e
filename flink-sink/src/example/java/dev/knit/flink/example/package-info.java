/**
 * A pipeline from Kafka into an index table, which {@code ./knit stream} runs while Spark joins
 * against the table.
 */
package dev.knit.flink.example;
