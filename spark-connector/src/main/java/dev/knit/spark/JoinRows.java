package dev.knit.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * How the rows of a join are made. Immutable.
 *
 * @param query the vector as a function of the left columns
 * @param self the id of the neighbor that is left out, as text; or none
 * @param on conditions on columns of both sides that neighbors meet
 * @param columns what is asked of a row that was found, by the names of the index
 * @param values the right columns as functions of those
 */
public record JoinRows(
    Expression query,
    Seq<Expression> self,
    Seq<Expression> on,
    Seq<Attribute> left,
    Seq<Attribute> columns,
    Seq<Expression> values)
    implements Serializable {

  /** Makes a row of the vector, and the id if there is one, out of one of the left. */
  UnsafeProjection queries() {
    List<Expression> asked = new ArrayList<>(List.of(query));
    asked.addAll(CollectionConverters.asJava(self));
    return UnsafeProjection.create(seq(asked), left);
  }

  /** The same where the rows of the left have a number as their last column. */
  JoinRows numbered(Attribute number) {
    List<Attribute> numbered = new ArrayList<>(CollectionConverters.asJava(left));
    numbered.add(number);
    return new JoinRows(query, self, on, seq(numbered), columns, values);
  }

  /** The place of the number among the columns of the left. */
  int number() {
    return left.size() - 1;
  }

  /** Takes the number away. */
  UnsafeProjection kept() {
    List<Expression> all = new ArrayList<>(CollectionConverters.asJava(left));
    return UnsafeProjection.create(seq(all.subList(0, number())), left);
  }

  /** Makes a row that is by itself of what is asked of one that was found. */
  UnsafeProjection found() {
    List<Expression> all = new ArrayList<>(CollectionConverters.asJava(columns));
    return UnsafeProjection.create(seq(all), columns);
  }

  /** Makes a row out of one of the left joined with one that was found. */
  UnsafeProjection matches() {
    return projection(CollectionConverters.asJava(values));
  }

  /** Makes a row out of one of the left for which none was found. */
  UnsafeProjection unmatched() {
    List<Expression> nulls = new ArrayList<>();
    for (Expression value : CollectionConverters.asJava(values)) {
      nulls.add(Literal.create(null, value.dataType()));
    }
    return projection(nulls);
  }

  private UnsafeProjection projection(List<Expression> right) {
    List<Expression> all = new ArrayList<>(CollectionConverters.asJava(left));
    all.addAll(right);
    return UnsafeProjection.create(seq(all), pairs());
  }

  /** What is known of the left, and of a row that was found. */
  Seq<Attribute> pairs() {
    List<Attribute> both = new ArrayList<>(CollectionConverters.asJava(left));
    both.addAll(CollectionConverters.asJava(columns));
    return seq(both);
  }

  PairCondition condition() {
    return PairCondition.of(on, leftColumns());
  }

  /** The columns of the left that searches need. */
  AttributeSet references() {
    List<Expression> all = new ArrayList<>(List.of(query));
    all.addAll(CollectionConverters.asJava(self));
    all.addAll(CollectionConverters.asJava(on));
    AttributeSet known = leftColumns();
    return AttributeSet.fromAttributeSets(
            CollectionConverters.asScala(all.stream().map(Expression::references).toList()))
        .filter(known::contains);
  }

  private AttributeSet leftColumns() {
    return AttributeSet.apply(
        CollectionConverters.asScala(new ArrayList<Expression>(CollectionConverters.asJava(left))));
  }

  private static <T> Seq<T> seq(List<T> list) {
    return CollectionConverters.asScala(list).toSeq();
  }
}
