package dev.knit.spark;

import dev.knit.table.Column;
import dev.knit.table.RenewedLease;
import dev.knit.table.SegmentInfo;
import dev.knit.table.Snapshot;
import dev.knit.table.TableWriter;
import dev.knit.vector.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Adds the rows of a DataFrame to an index: a few as a segment without a graph, many as one that is
 * built as an index is.
 */
final class IndexAppend {
  /** More rows than these get a graph of their own. */
  static final int FLAT_ROWS = 10_000;

  private final SparkSession spark;
  private final TableAccess table;
  private final Snapshot base;
  private final boolean upsert;
  private final Dataset<Row> rows;

  IndexAppend(KnitIndex index, Dataset<Row> rows, boolean upsert) {
    this(index.spark(), index.table(), index.snapshot(), rows, upsert);
  }

  IndexAppend(
      SparkSession spark, TableAccess table, Snapshot base, Dataset<Row> rows, boolean upsert) {
    this.spark = spark;
    this.table = table;
    this.base = base;
    this.upsert = upsert;
    this.rows = ordered(rows);
  }

  Snapshot run() throws Exception {
    try (RenewedLease lease = RenewedLease.take(table.io(), table.path(), base.version())) {
      List<SegmentInfo> added = segments();
      TableWriter writer = new TableWriter(table.io(), table.path());
      return upsert ? writer.upsert(base, added, null) : writer.append(base, added, null);
    }
  }

  /** Writes the rows, for a commit to come. */
  List<SegmentInfo> segments() throws Exception {
    SourceCheck check = check();
    return check.rows() <= FLAT_ROWS
        ? FlatSegments.write(table, base, rows, 1)
        : List.of(build(check));
  }

  /** Id, vector and metadata as the index has them. */
  private Dataset<Row> ordered(Dataset<Row> given) {
    StructType schema = given.schema();
    List<org.apache.spark.sql.Column> columns = new ArrayList<>();
    String id = base.schema().id().name();
    String vector = base.schema().vector();
    for (Column column : columns()) {
      IndexSource.requireColumn(schema, column.name());
      StructField field = schema.apply(column.name());
      if (!SparkTypes.column(field).type().equals(column.type())) {
        throw new IllegalArgumentException(
            "Column '%s' is of type %s, but in the index it is %s; cast it."
                .formatted(field.name(), SparkTypes.column(field).type(), column.type()));
      }
      columns.add(IndexSource.column(column.name()));
    }
    for (String name : schema.fieldNames()) {
      boolean known =
          name.equals(vector) || columns().stream().anyMatch(c -> c.name().equals(name));
      if (!known) {
        throw new IllegalArgumentException(
            "The index has no column '%s'; add it to the index or leave it out.".formatted(name));
      }
    }
    columns.add(1, IndexSource.column(vector));
    return IndexSource.of(given, IndexSpec.of(id, vector))
        .select(columns.toArray(org.apache.spark.sql.Column[]::new));
  }

  /** The id, then the metadata. */
  private List<Column> columns() {
    List<Column> columns = new ArrayList<>(List.of(base.schema().id()));
    columns.addAll(base.schema().metadata());
    return columns;
  }

  private SourceCheck check() throws Exception {
    IndexSpec spec =
        IndexSpec.of(base.schema().id().name(), base.schema().vector())
            .metric(base.params().metric());
    SourceCheck check =
        Phases.described(
            Sessions.context(spark),
            "Knit: checking ids and vectors",
            () -> SourceCheck.of(rows, spec));
    if (check.dimension() != base.schema().dimension()) {
      throw new IllegalArgumentException(
          "The vectors have dimension %d, but index '%s' has dimension %d."
              .formatted(check.dimension(), table.path(), base.schema().dimension()));
    }
    return check;
  }

  private SegmentInfo build(SourceCheck check) throws Exception {
    if (base.params().metric() == Metric.INNER_PRODUCT
        && check.maxNorm() > base.params().maxNorm() * 1.0002f) {
      throw new IllegalArgumentException(
          "A vector has norm %.6g, but index '%s' was built for norms up to %.6g; build it anew."
              .formatted(check.maxNorm(), table.path(), base.params().maxNorm()));
    }
    UUID uuid = UUID.randomUUID();
    BuildTask task =
        new BuildTask(
            table, base, uuid, Sessions.context(spark).longAccumulator(KnitIndex.ROWS_COUNTER));
    SparkContext context = Sessions.context(spark);
    BuildPlan plan = BuildPlan.of(context, Partitioning.AUTO, 0, check, base.params());
    try (PhaseLog log = new PhaseLog(context)) {
      SegmentBuild build = new SegmentBuild(spark, task, log);
      SegmentInfo segment = new TaggedJobs(context).run(() -> build.run(rows, check, plan, uuid));
      build.removeLeftovers(segment);
      return segment;
    }
  }
}
