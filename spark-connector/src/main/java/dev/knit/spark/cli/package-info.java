/** The command line: Knit's functions in an embedded local Spark. */
package dev.knit.spark.cli;
