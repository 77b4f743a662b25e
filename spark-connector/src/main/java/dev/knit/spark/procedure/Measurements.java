package dev.knit.spark.procedure;

import dev.knit.hnsw.GraphQuality;
import dev.knit.hnsw.QualityOptions;
import dev.knit.spark.KnitIndex;
import dev.knit.table.IndexStats;
import dev.knit.table.RecallCurve;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;

/** What the procedures tell of how good a table's graphs are. */
final class Measurements {
  private static final int SEED = 42;

  private Measurements() {}

  /** A row for each level of each segment's graph. */
  static List<Row> stats(Call call) {
    int sample = call.count("sample", 1);
    KnitIndex index = call.index();
    IndexStats stats = index.stats(QualityOptions.DEFAULT.queries(sample).pairs(sample));
    List<Row> rows = new ArrayList<>();
    for (IndexStats.SegmentStats segment : stats.segments()) {
      for (GraphQuality.Level level : segment.graph().levels()) {
        rows.add(row(segment, level));
      }
    }
    return rows;
  }

  private static Row row(IndexStats.SegmentStats segment, GraphQuality.Level level) {
    GraphQuality.Recall recall = level.level() == 0 ? segment.graph().recall() : null;
    return RowFactory.create(
        segment.uuid().toString(),
        segment.rows(),
        level.level(),
        level.nodes(),
        level.unreachable(),
        level.degree().mean(),
        level.degree().max(),
        level.inDegree().max(),
        recall == null ? null : recall.k(),
        recall == null ? null : recall.ef(),
        recall == null ? null : recall.recall(),
        recall == null ? null : recall.distancesPerQuery());
  }

  /** A row for each ef. */
  static List<Row> recall(Call call) {
    KnitIndex index = call.index();
    int k = call.count("k", 1);
    int[] efs = call.counts("ef");
    for (int ef : efs) {
      if (ef < k) {
        throw new IllegalArgumentException("ef (%d) must be at least k (%d).".formatted(ef, k));
      }
    }
    List<Row> rows = new ArrayList<>();
    for (RecallCurve.Point point : index.recall(queries(call, index), k, efs)) {
      rows.add(
          RowFactory.create(
              k, point.ef(), point.recall(), point.distancesPerQuery(), point.queriesPerSecond()));
    }
    return rows;
  }

  /** Some rows of a table, or of the index itself. */
  private static float[][] queries(Call call, KnitIndex index) {
    String vector = index.snapshot().schema().vector();
    Dataset<Row> table =
        call.has("queries") ? call.spark().table(call.text("queries")) : index.rows();
    String column = call.has("column") ? call.text("column") : vector;
    List<Row> chosen =
        table
            .select(table.col("`" + column + "`").cast("array<float>"))
            .orderBy(functions.rand(SEED))
            .limit(call.count("sample", 1))
            .collectAsList();
    return chosen.stream().map(row -> floats(row.getList(0))).toArray(float[][]::new);
  }

  private static float[] floats(List<Float> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i);
    }
    return floats;
  }
}
