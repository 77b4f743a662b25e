/**
 * Knit on Spark: builds index tables from DataFrames and joins DataFrames against them by nearest
 * neighbour.
 */
package dev.knit.spark;
