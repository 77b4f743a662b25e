package dev.knit.spark.sql;

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
 * @param columns what is known of a row that was found
 * @param values the right columns as functions of those
 */
record NearestRows(
    Expression query,
    NearestSpec spec,
    Seq<Attribute> left,
    Seq<Attribute> columns,
    Seq<Expression> values)
    implements Serializable {

  /** Makes a row of one column out of one of the left: the vector. */
  UnsafeProjection queries() {
    return UnsafeProjection.create(seq(List.of(query)), left);
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
    List<Attribute> input = new ArrayList<>(CollectionConverters.asJava(left));
    input.addAll(CollectionConverters.asJava(columns));
    return UnsafeProjection.create(seq(all), seq(input));
  }

  private static <T> Seq<T> seq(List<T> list) {
    return CollectionConverters.asScala(list).toSeq();
  }
}
