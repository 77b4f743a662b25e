package dev.knit.spark.recommend;

import dev.knit.spark.LocalSpark;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Users in four groups, who mostly rate items of their own group; the same each time. */
final class RatingsOfGroups {
  static final int USERS = 60;
  static final int ITEMS = 120;
  static final int GROUPS = 4;
  private static final long SEED = 7;

  private RatingsOfGroups() {}

  static Dataset<Row> ratings() {
    Random random = new Random(SEED);
    List<Row> rows = new ArrayList<>();
    for (int user = 0; user < USERS; user++) {
      for (int item = 0; item < ITEMS; item++) {
        boolean own = user % GROUPS == item % GROUPS;
        if (random.nextDouble() < (own ? 0.5 : 0.05)) {
          rows.add(rating(user, item, own ? 4 + random.nextInt(2) : 1 + random.nextInt(3)));
        }
      }
    }
    return table(rows);
  }

  static Row rating(int user, int item, double rating) {
    return RowFactory.create((long) user, item, rating, 1000L + 37L * item % 101);
  }

  static Dataset<Row> table(List<Row> rows) {
    StructType schema =
        new StructType()
            .add("userId", DataTypes.LongType)
            .add("movieId", DataTypes.IntegerType)
            .add("rating", DataTypes.DoubleType)
            .add("timestamp", DataTypes.LongType);
    return LocalSpark.session().createDataFrame(rows, schema);
  }

  /** Columns movieId, title, group and year. */
  static Dataset<Row> items() {
    return LocalSpark.session()
        .range(ITEMS)
        .selectExpr(
            "int(id) movieId",
            "concat('film ', id) title",
            "int(id % " + GROUPS + ") part",
            "int(1950 + id % 60) year");
  }
}
