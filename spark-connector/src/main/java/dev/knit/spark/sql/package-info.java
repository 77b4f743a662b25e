/**
 * Index tables in Spark's SQL: the data source {@code knit} and the rules that answer queries by
 * the index. It uses {@link dev.knit.spark}, which does not know it.
 */
package dev.knit.spark.sql;
