package dev.knit.spark;

import dev.knit.table.IndexParams;
import dev.knit.table.Operation;
import dev.knit.table.RenewedLease;
import dev.knit.table.SegmentInfo;
import dev.knit.table.Snapshot;
import dev.knit.table.TableWriter;
import dev.knit.vector.Metric;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The graph over the rows of a table, which can be made anew or left away; each is a version with
 * the same rows, and refused when others change rows meanwhile. Immutable.
 */
public final class TableGraph {
  private static final Set<String> OPTIONS =
      Set.of(
          "m",
          "ef_construction",
          "metric",
          "seed",
          "quantization",
          "partitions",
          "max_norm",
          "type");

  private final SparkSession spark;
  private final TableAccess table;
  private final Snapshot base;

  /** That of a version. */
  public TableGraph(SparkSession spark, TableAccess table, Snapshot base) {
    this.spark = spark;
    this.table = table;
    this.base = base;
  }

  /** Whether some of the rows have one. */
  public boolean exists() {
    return base.segments().stream().anyMatch(segment -> !segment.graphFiles().isEmpty());
  }

  /**
   * Builds one over all rows, or, when there are none, has those to come built so.
   *
   * @param options of {@code m}, {@code ef_construction}, {@code metric}, {@code seed}, {@code
   *     quantization} and {@code partitions}; as they are when not given
   * @throws KnitException when one is unknown or has no fitting value
   */
  public Snapshot create(Map<String, String> options) {
    return KnitErrors.told(
        () -> {
          TableProperties properties = properties(options);
          return leased(
              () ->
                  base.rows() == 0
                      ? committed(params(properties), List.of())
                      : new IndexBuild(rows(), properties.spec(), table).rebuild(base).snapshot());
        });
  }

  /** Leaves it away: all rows are measured by each search. */
  public Snapshot drop() {
    return KnitErrors.told(
        () ->
            leased(
                () -> {
                  int parts = Math.max(1, Sessions.context(spark).defaultParallelism());
                  return committed(base.params(), FlatSegments.write(table, base, rows(), parts));
                }));
  }

  private <T> T leased(java.util.concurrent.Callable<T> work) throws Exception {
    try (RenewedLease lease = RenewedLease.take(table.io(), table.path(), base.version())) {
      return work.call();
    }
  }

  private Dataset<Row> rows() {
    return KnitIndex.of(spark, table, base).rows();
  }

  private Snapshot committed(IndexParams params, List<SegmentInfo> segments) throws Exception {
    Snapshot draft =
        base.next(
            base.schema(),
            params,
            segments,
            new Operation(Operation.BUILD, Map.of("engine", "spark")));
    return new TableWriter(table.io(), table.path()).rebuild(base, draft);
  }

  private TableProperties properties(Map<String, String> options) {
    Set<String> unknown = new TreeSet<>(options.keySet());
    unknown.removeAll(OPTIONS);
    if (!unknown.isEmpty()) {
      Set<String> known = new TreeSet<>(OPTIONS);
      known.remove("type");
      throw new IllegalArgumentException(
          "An index has no option '%s'; it has %s.".formatted(unknown.iterator().next(), known));
    }
    IndexParams params = base.params();
    Map<String, String> all = new HashMap<>();
    all.put("id", base.schema().id().name());
    all.put("vector", base.schema().vector());
    all.put("metric", params.metric().id());
    all.put("m", "" + params.m());
    all.put("ef_construction", "" + params.efConstruction());
    all.put("seed", "" + params.seed());
    all.put("quantization", params.quantization().id());
    all.putAll(options);
    all.remove("type");
    return TableProperties.of(new IndexColumns(base.schema()).fields(), all);
  }

  private IndexParams params(TableProperties properties) {
    IndexSpec spec = properties.spec();
    float maxNorm = properties.maxNorm() > 0 ? properties.maxNorm() : base.params().maxNorm();
    if (spec.metric() == Metric.INNER_PRODUCT && maxNorm <= 0) {
      throw new IllegalArgumentException(
          "An index without rows needs for inner products the length of the longest vector to come:"
              + " OPTIONS (max_norm = 1.0).");
    }
    return new IndexParams(
        spec.metric(), spec.m(), spec.efConstruction(), spec.seed(), maxNorm, spec.quantization());
  }
}
