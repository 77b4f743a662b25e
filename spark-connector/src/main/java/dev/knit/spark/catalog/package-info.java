/** Index tables by name; it uses {@link dev.knit.spark.sql}, which does not know it. */
package dev.knit.spark.catalog;
