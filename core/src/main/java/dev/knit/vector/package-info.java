/** Vectors in memory, the metrics between them, and the kernels that measure them. */
package dev.knit.vector;
