/** A look inside an index: one page of HTML, for {@code knit view}. */
package dev.knit.spark.cli.view;
