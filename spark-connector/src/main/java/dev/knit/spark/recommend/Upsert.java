package dev.knit.spark.recommend;

import static org.apache.spark.sql.functions.col;

import dev.knit.spark.IndexSpec;
import dev.knit.spark.KnitIndex;
import dev.knit.vector.Metric;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** Puts rows with new factors in place of old ones. */
final class Upsert {
  private Upsert() {}

  /** By a small segment, or a new index where vectors are longer than those it was built for. */
  static KnitIndex of(KnitIndex index, Dataset<Row> rows) {
    return longest(rows) <= index.snapshot().params().maxNorm()
        ? index.upsert(rows)
        : rebuilt(index, rows);
  }

  private static double longest(Dataset<Row> rows) {
    return rows.agg(functions.max(functions.expr("vector_norm(factors, 2.0f)")))
        .first()
        .getFloat(0);
  }

  private static KnitIndex rebuilt(KnitIndex index, Dataset<Row> rows) {
    String id = index.snapshot().schema().id().name();
    Dataset<Row> kept = index.rows().join(rows.select(col(id)), new String[] {id}, "left_anti");
    IndexSpec spec =
        IndexSpec.of(id, Recommender.FACTORS).metric(Metric.INNER_PRODUCT).overwriting();
    return KnitIndex.build(kept.unionByName(rows), spec, index.path());
  }
}
