package dev.knit.spark.sql;

import dev.knit.spark.IndexSpec;
import dev.knit.spark.KnitIndex;
import dev.knit.spark.LocalSpark;
import dev.knit.spark.TestTables;
import dev.knit.vector.Metric;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.execution.ExplainMode;

/**
 * The same rows as an index, which Spark reads by the data source, and as a plain table, which
 * Spark searches by itself. In both: id, v, name, part.
 */
final class SqlTables {
  static final int DIMENSION = 12;

  private SqlTables() {}

  /** The plain table, as a view of that name. */
  static Dataset<Row> plain(String name, int rows, long seed) {
    Dataset<Row> items = TestTables.items(rows, DIMENSION, seed).cache();
    items.createOrReplaceTempView(name);
    return items;
  }

  /** An index of these rows, and a view of that name which reads it. */
  static KnitIndex indexed(Dataset<Row> rows, String name, Metric metric, Path directory) {
    IndexSpec spec = IndexSpec.of("id", "v").metric(metric).partitions(2);
    KnitIndex index = KnitIndex.build(rows, spec, directory.resolve(name).toString());
    load(index.path()).createOrReplaceTempView(name.replace('/', '_'));
    return index;
  }

  static Dataset<Row> load(String path) {
    return LocalSpark.session().read().format("knit").load(path);
  }

  static List<Row> sql(String text, Object... values) {
    return LocalSpark.session().sql(text.formatted(values)).collectAsList();
  }

  static String plan(String text, Object... values) {
    return plan(LocalSpark.session().sql(text.formatted(values)));
  }

  static String plan(Dataset<Row> rows) {
    return rows.queryExecution().explainString(ExplainMode.fromString("formatted"));
  }

  /** A vector as SQL. */
  static String array(float[] vector) {
    StringBuilder text = new StringBuilder("array(");
    for (float value : vector) {
      text.append(text.length() > 6 ? ", " : "").append("float(").append(value).append(')');
    }
    return text.append(')').toString();
  }
}
