package dev.knit.spark;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * What a row of the left asks for.
 *
 * @param left the row
 * @param vector null when it matches nothing
 * @param self the id that is left out, as text; null for none
 * @param key the values that its neighbors have in common with it; null when there are none
 */
record JoinQuery(InternalRow left, float[] vector, UTF8String self, UnsafeRow key) {}
