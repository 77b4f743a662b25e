package dev.knit.spark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The columns that a join adds to those of the left: the target's, the distance and the rank. */
final class JoinColumns {
  private final JoinTarget target;
  private final KnnOptions options;

  /**
   * Columns of a target.
   *
   * @throws IllegalArgumentException when the options ask for one that it does not have
   */
  JoinColumns(JoinTarget target, KnnOptions options) {
    this.target = target;
    this.options = options;
    for (String name : chosen()) {
      requireColumn(name);
    }
  }

  private List<String> names() {
    return target.columns().stream().map(StructField::name).toList();
  }

  private List<String> chosen() {
    return options.columns() == null ? names() : options.columns();
  }

  private void requireColumn(String name) {
    if (chosen().indexOf(name) != chosen().lastIndexOf(name)) {
      throw new IllegalArgumentException("Column '%s' was asked for twice.".formatted(name));
    }
    if (name.equals(target.vector())) {
      throw new IllegalArgumentException(
          "Column '%s' is the index's vector, which a join does not return; join the result with rows() by id."
              .formatted(name));
    }
    if (!names().contains(name)) {
      throw new IllegalArgumentException(
          "The index has no column '%s'; its columns are %s."
              .formatted(name, String.join(", ", names())));
    }
  }

  /** All that a condition may be about, by their own names. */
  StructType all() {
    return new StructType(target.columns().toArray(StructField[]::new))
        .add(KnnSearch.DISTANCE, DataTypes.FloatType, false)
        .add(KnnSearch.RANK, DataTypes.IntegerType, false);
  }

  /** The names of {@link #all()} that are returned, in order. */
  List<String> returned() {
    List<String> returned = new ArrayList<>(chosen());
    returned.addAll(List.of(KnnSearch.DISTANCE, KnnSearch.RANK));
    return returned;
  }

  /** What a column is called in the result. */
  String resultName(String name) {
    boolean added = name.equals(KnnSearch.DISTANCE) || name.equals(KnnSearch.RANK);
    return added ? name : options.rightPrefix() + name;
  }

  /**
   * Refuses results with two columns of one name.
   *
   * @throws IllegalArgumentException when a column of the left has the name of one that is added
   */
  void refuseSharedNames(StructType left) {
    var same = Sessions.classic(target.spark()).sessionState().conf().resolver();
    for (String name : returned()) {
      String added = resultName(name);
      if (Arrays.stream(left.fieldNames()).anyMatch(other -> (boolean) same.apply(other, added))) {
        throw new IllegalArgumentException(
            "Column '%s' is on both sides of the join; rename it on the left, or give the index's columns a prefix (rightPrefix) or choose among them (columns)."
                .formatted(added));
      }
    }
  }

  /** The numbers of columns in a version of the index. */
  static int[] numbers(List<Attribute> columns, IndexColumns index) {
    return columns.stream().mapToInt(column -> index.number(column.name())).toArray();
  }
}
