package dev.knit.spark.sql;

import java.io.Serializable;

/**
 * What a NEAREST BY asks for.
 *
 * @param k how many rows at most
 * @param exact whether exactly the nearest
 * @param outer whether left rows without a match stay
 * @param function the function that the query ranks by, for errors
 */
record NearestSpec(int k, boolean exact, boolean outer, String function) implements Serializable {}
