package dev.knit.benchmarks;

/**
 * How all libraries of a run build.
 *
 * @param threads for building; searches run on one
 */
record BuildParams(int m, int efConstruction, int threads) {}
