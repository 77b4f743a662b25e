/** The procedures {@code CALL catalog.system.…} of a catalog of index tables. */
package dev.knit.spark.procedure;
