package dev.knit.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.EqualTo;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.types.AtomicType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.StringType;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A condition on rows of both sides, taken apart: what is about one side alone, equalities of a
 * function of the left with one of the right, by which the rows of the right are grouped, and the
 * rest, which is evaluated for each pair. Immutable.
 */
final class PairCondition implements Serializable {
  private static final long serialVersionUID = 1;

  /** Names the groups that the equalities make, which the tasks of a process share. */
  final UUID uuid = UUID.randomUUID();

  final List<Expression> left = new ArrayList<>();
  final List<Expression> leftKeys = new ArrayList<>();
  final List<Expression> rightKeys = new ArrayList<>();
  final List<Expression> rest = new ArrayList<>();
  private final transient List<Expression> right = new ArrayList<>();

  private PairCondition() {}

  /** A condition whose attributes of the right have the names of columns of an index. */
  static PairCondition of(Seq<Expression> on, AttributeSet left) {
    PairCondition condition = new PairCondition();
    CollectionConverters.asJava(on).forEach(all -> condition.add(all, left));
    return condition;
  }

  private void add(Expression part, AttributeSet leftColumns) {
    if (part instanceof And and) {
      add(and.left(), leftColumns);
      add(and.right(), leftColumns);
    } else if (part.references().subsetOf(leftColumns)) {
      left.add(part);
    } else if (isRight(part, leftColumns)) {
      right.add(part);
    } else if (!(part instanceof EqualTo equal) || !addKey(equal, leftColumns)) {
      rest.add(part);
    }
  }

  private boolean addKey(EqualTo equal, AttributeSet leftColumns) {
    Expression first = equal.left();
    Expression second = equal.right();
    boolean inOrder = first.references().subsetOf(leftColumns);
    Expression ofLeft = inOrder ? first : second;
    Expression ofRight = inOrder ? second : first;
    boolean divided = ofLeft.references().subsetOf(leftColumns) && isRight(ofRight, leftColumns);
    if (divided && isEqualByItsBytes(ofLeft.dataType())) {
      leftKeys.add(ofLeft);
      rightKeys.add(ofRight);
      return true;
    }
    return false;
  }

  private static boolean isRight(Expression part, AttributeSet leftColumns) {
    return !part.references().isEmpty()
        && CollectionConverters.asJava(part.references().toSeq()).stream()
            .noneMatch(leftColumns::contains);
  }

  /** Not of floating numbers, which have two zeros, nor of strings with a collation. */
  private static boolean isEqualByItsBytes(DataType type) {
    return type instanceof StringType string
        ? string.isUTF8BinaryCollation()
        : type instanceof AtomicType
            && !(type instanceof FloatType)
            && !(type instanceof DoubleType);
  }

  /** A search among the rows that meet what is about the right alone. */
  IndexSearch narrowed(IndexSearch search, IndexColumns types) {
    IndexSearch narrowed = search;
    for (Expression part : right) {
      RowCondition before = narrowed.condition();
      narrowed =
          narrowed.among(before == null ? new RowCondition(part, types) : before.and(part, types));
    }
    return narrowed;
  }

  boolean hasKeys() {
    return !leftKeys.isEmpty();
  }

  boolean hasRest() {
    return !rest.isEmpty();
  }
}
