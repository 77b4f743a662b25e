package dev.knit.spark.recommend;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/** Ratings with the columns user, item, rating and at (null without a timestamp), one a pair. */
final class Ratings {
  static final String USER = "_user";
  static final String ITEM = "_item";
  static final String RATING = "_rating";
  static final String AT = "_at";

  private Ratings() {}

  /**
   * Checks ratings.
   *
   * @throws IllegalArgumentException when a column is missing or no number, there are no ratings,
   *     or one has no user or no item or is not finite
   */
  static Dataset<Row> of(Dataset<Row> given, RecommenderSpec spec) {
    StructType schema = given.schema();
    for (String name : List.of(spec.user(), spec.item(), spec.rating())) {
      require(schema, name, "Ratings have");
    }
    if (!(schema.apply(spec.rating()).dataType() instanceof NumericType)) {
      throw new IllegalArgumentException(
          "Column '%s' of the ratings is of type %s, which is no number; cast it."
              .formatted(spec.rating(), schema.apply(spec.rating()).dataType().sql()));
    }
    boolean timed = Arrays.asList(schema.fieldNames()).contains(spec.timestamp());
    Dataset<Row> named =
        given.select(
            column(spec.user()).as(USER),
            column(spec.item()).as(ITEM),
            column(spec.rating()).cast("double").as(RATING),
            (timed ? column(spec.timestamp()) : lit(null).cast("long")).as(AT));
    check(named);
    Column rating = timed ? max_by(col(RATING), struct(col(AT), col(RATING))) : avg(col(RATING));
    return named.groupBy(USER, ITEM).agg(rating.as(RATING), max(AT).as(AT));
  }

  static void require(StructType schema, String name, String owner) {
    if (!Arrays.asList(schema.fieldNames()).contains(name)) {
      throw new IllegalArgumentException(
          "%s no column '%s', but %s; name it in the RecommenderSpec, or rename it."
              .formatted(owner, name, String.join(", ", schema.fieldNames())));
    }
  }

  /** Reads all. */
  private static void check(Dataset<Row> ratings) {
    Column bad =
        col(USER)
            .isNull()
            .or(col(ITEM).isNull())
            .or(col(RATING).isNull())
            .or(col(RATING).isNaN())
            .or(abs(col(RATING)).equalTo(Double.POSITIVE_INFINITY));
    Column shown = to_json(struct(col(USER), col(ITEM), col(RATING).cast("string").as(RATING)));
    Row found = ratings.agg(count("*"), count(when(bad, 1)), min(when(bad, shown))).first();
    if (found.getLong(0) == 0) {
      throw new IllegalArgumentException("There are no ratings.");
    }
    if (found.getLong(1) > 0) {
      throw new IllegalArgumentException(
          "%,d of %,d ratings have no user, no item or no finite rating, such as %s; remove them."
              .formatted(found.getLong(1), found.getLong(0), found.getString(2)));
    }
  }

  /** A column by its name, whatever is in it. */
  static Column column(String name) {
    return col("`" + name.replace("`", "``") + "`");
  }
}
