package dev.knit.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * How the rows of a join are made.
 *
 * @param query the vector as a function of the left columns
 * @param self the id of the neighbor that is left out, as text; or none
 * @param numbers those of the right columns in the index
 */
record JoinRows(
    Expression query,
    Seq<Expression> self,
    Seq<Attribute> left,
    Seq<Attribute> right,
    int[] numbers)
    implements Serializable {

  /** Makes a row of the vector, and the id if there is one, out of one of the left. */
  UnsafeProjection queries() {
    List<Expression> asked = new ArrayList<>(List.of(query));
    asked.addAll(CollectionConverters.asJava(self));
    return UnsafeProjection.create(seq(asked), left);
  }

  /** Makes a row out of one of the left joined with one that was found. */
  UnsafeProjection matches() {
    return UnsafeProjection.create(pairs(), pairs());
  }

  /** Makes a row out of one of the left for which none was found. */
  UnsafeProjection unmatched() {
    List<Expression> all = new ArrayList<>(CollectionConverters.asJava(left));
    for (Attribute column : CollectionConverters.asJava(right)) {
      all.add(Literal.create(null, column.dataType()));
    }
    return UnsafeProjection.create(seq(all), left);
  }

  /** The columns of both sides. */
  @SuppressWarnings("unchecked")
  <T extends Expression> Seq<T> pairs() {
    List<Attribute> both = new ArrayList<>(CollectionConverters.asJava(left));
    both.addAll(CollectionConverters.asJava(right));
    return (Seq<T>) seq(both);
  }

  private static <T> Seq<T> seq(List<T> list) {
    return CollectionConverters.asScala(list).toSeq();
  }
}
