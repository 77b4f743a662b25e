package dev.knit.spark;

import dev.knit.hnsw.QualityOptions;
import dev.knit.table.CompactionPlan;
import dev.knit.table.IndexStats;
import dev.knit.table.IndexTable;
import dev.knit.table.RecallCurve;
import dev.knit.table.SegmentInfo;
import dev.knit.table.Snapshot;
import dev.knit.table.TableVerifier;
import dev.knit.table.TableVersion;
import dev.knit.table.TableWriter;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One version of an index: a graph over the vectors of a table, with its ids and metadata columns,
 * on storage. Immutable and safe for use by many threads.
 *
 * <p>Errors are {@link IllegalArgumentException} when input or options are at fault and {@link
 * java.io.UncheckedIOException} when the storage is, for example a corrupt file; both say what was
 * found where and what was expected.
 */
public final class KnitIndex {
  private static final Logger LOG = LoggerFactory.getLogger(KnitIndex.class);

  /** Name of the accumulator that counts the rows that have gone into subgraphs. */
  public static final String ROWS_COUNTER = "Knit: rows in subgraphs";

  /** Property of the jobs that count rows: how many there will be. */
  public static final String ROWS_PROPERTY = "knit.rows";

  private final SparkSession spark;
  private final TableAccess table;
  private final Snapshot snapshot;
  private final BuildReport report;
  private final boolean compacting;

  private KnitIndex(
      SparkSession spark,
      TableAccess table,
      Snapshot snapshot,
      BuildReport report,
      boolean compacting) {
    this.compacting = compacting;
    this.spark = spark;
    this.table = table;
    this.snapshot = snapshot;
    this.report = report;
  }

  /**
   * Builds an index over {@code rows} in the directory {@code path}, and commits it. The columns
   * besides id and vector become its metadata. {@code rows} is read twice, so it should give the
   * same rows each time. When this fails nothing is committed.
   */
  public static KnitIndex build(Dataset<Row> rows, IndexSpec spec, String path) {
    SparkSession spark = rows.sparkSession();
    TableAccess table = TableAccess.of(spark, path);
    return Failures.unwrap(
        () -> {
          IndexBuild.Done done = new IndexBuild(rows, spec, table).run();
          return new KnitIndex(spark, table, done.snapshot(), done.report(), false);
        });
  }

  /** The newest version of the index in the directory {@code path}. */
  public static KnitIndex open(SparkSession spark, String path) {
    TableAccess table = TableAccess.of(spark, path);
    return Failures.unwrap(
        () ->
            new KnitIndex(
                spark, table, new IndexTable(table.io(), table.path()).snapshot(), null, false));
  }

  /** A version that is known. */
  static KnitIndex of(SparkSession spark, TableAccess table, Snapshot snapshot) {
    return new KnitIndex(spark, table, snapshot, null, false);
  }

  /**
   * Joins each row of {@code left} with its {@code k} nearest rows of the index; see {@link
   * #knnJoin(Dataset, String, KnnOptions)}.
   */
  public Dataset<Row> knnJoin(Dataset<Row> left, String vectorColumn, int k) {
    return knnJoin(left, vectorColumn, KnnOptions.of(k));
  }

  /**
   * Joins each row of {@code left} with the nearest rows of the index: the columns of {@code left},
   * the index's columns, {@code _distance} (float, see {@link dev.knit.vector.Metric}) and {@code
   * _rank} (int, from 1). A row whose vector is null has no neighbors. Lazy, and without a shuffle
   * unless several segments take more memory together than {@code spark.knit.join.memory}, half of
   * an executor's heap; {@code left} may be a stream.
   *
   * @param vectorColumn a column of {@code left}, array of float or double of the index's dimension
   */
  public Dataset<Row> knnJoin(Dataset<Row> left, String vectorColumn, KnnOptions options) {
    return new KnnJoin(new JoinTarget.Existing(this, options), options).of(left, vectorColumn);
  }

  /**
   * The neighbors of each row's vector as one column: an array of structs of the index's columns,
   * {@code _distance} and {@code _rank}, nearest first; null where the vector is. Whether the
   * options say inner or outer makes no difference. With an index that does not fit into an
   * executor this opens one group of segments after another for each row; {@link #knnJoin(Dataset,
   * String, KnnOptions)} does so once for many.
   *
   * @param vector array of float or double of the index's dimension
   */
  public Column search(Column vector, KnnOptions options) {
    String self = options.excludeSelf();
    return new SearchColumn(this, options)
        .of(vector, self == null ? null : IndexSource.column(self));
  }

  /**
   * Adds rows whose ids are new, which is not looked at; the columns are those of the index, in any
   * order. Up to {@value IndexAppend#FLAT_ROWS} rows are kept without a graph until {@link
   * #compact()} and searched exactly until then.
   *
   * @return the version that was made; this one stays as it is, as with all changes
   */
  public KnitIndex append(Dataset<Row> rows) {
    return changed(() -> new IndexAppend(this, rows, false).run());
  }

  /** Adds rows in place of those with the same ids; otherwise as {@link #append}. */
  public KnitIndex upsert(Dataset<Row> rows) {
    return changed(() -> new IndexAppend(this, rows, true).run());
  }

  /** Deletes the rows of this version that meet an SQL condition on the index's columns. */
  public KnitIndex delete(String condition) {
    return changed(() -> writer().delete(snapshot, IndexRows.matching(this, condition), null));
  }

  /** Deletes the rows of the newest version that have one of {@code ids}. */
  public KnitIndex delete(Collection<?> ids) {
    return changed(() -> writer().delete(ids, null));
  }

  /**
   * The same version, whose changes are each followed by {@link #compact()}. When that fails the
   * change stands, and the log tells why.
   */
  public KnitIndex compacting() {
    return new KnitIndex(spark, table, snapshot, report, true);
  }

  /**
   * Makes one segment each of groups of small ones and of those with many deleted rows, which takes
   * a task for each; a task has all vectors of its group in memory.
   */
  public Compaction compact() {
    return compact(CompactionPlan::groups);
  }

  /** Makes one segment of all, without the deleted rows; in one task. */
  public Compaction compactAll() {
    return compact(CompactionPlan::all);
  }

  private Compaction compact(Function<Snapshot, List<List<SegmentInfo>>> plan) {
    return Failures.unwrap(
        () -> {
          IndexTable versions = new IndexTable(table.io(), table.path());
          CompactTask.Done done = CompactTask.run(spark, table, plan.apply(versions.snapshot()));
          KnitIndex made = at(versions::snapshot);
          return new Compaction(
              made, done.compacted(), done.segments(), done.rows(), done.dropped());
        });
  }

  /**
   * What a compaction did.
   *
   * @param compacted segments that were replaced
   * @param segments in their place
   * @param rows of those
   * @param dropped deleted rows that are gone
   */
  public record Compaction(KnitIndex index, int compacted, int segments, long rows, long dropped) {}

  /** Names, columns, expiry and all else that is changed without Spark. */
  public TableWriter writer() {
    return new TableWriter(table.io(), table.path());
  }

  /** The versions that have not expired, the newest first. */
  public List<TableVersion> history() {
    return Failures.unwrap(() -> new IndexTable(table.io(), table.path()).history());
  }

  /** Another version of the same table. */
  public KnitIndex version(long version) {
    return at(() -> new IndexTable(table.io(), table.path()).snapshot(version));
  }

  /** The version that has a tag. */
  public KnitIndex version(String tag) {
    return at(() -> new IndexTable(table.io(), table.path()).snapshot(tag));
  }

  /** The version that was the newest at some time. */
  public KnitIndex version(Instant time) {
    return at(() -> new IndexTable(table.io(), table.path()).snapshot(time));
  }

  private KnitIndex changed(Callable<Snapshot> change) {
    KnitIndex after = at(change);
    if (!compacting) {
      return after;
    }
    try {
      return after.compact().index().compacting();
    } catch (RuntimeException e) {
      LOG.warn("Version {} of '{}' was not compacted.", after.snapshot.version(), path(), e);
      return after.compacting();
    }
  }

  private KnitIndex at(Callable<Snapshot> change) {
    return Failures.unwrap(() -> new KnitIndex(spark, table, change.call(), null, false));
  }

  /** All rows: id, vector and metadata, in the order in which they are stored. */
  public Dataset<Row> rows() {
    return IndexRows.of(this);
  }

  /**
   * Measures searches with each of {@code efs} against exact search; in this process, on one
   * thread.
   *
   * @param queries each of the index's dimension
   */
  public List<RecallCurve.Point> recall(float[][] queries, int k, int... efs) {
    try (OpenIndex open = OpenIndex.of(table, snapshot)) {
      return new RecallCurve(open.segments(), queries, k).measure(efs);
    }
  }

  /**
   * How good the graphs are: degrees, hubs, levels, reachability, and by sampling distortion and
   * recall. In this process; opens one segment at a time.
   */
  public IndexStats stats(QualityOptions options) {
    return Failures.unwrap(() -> IndexStats.of(table.io(), table.path(), snapshot, options));
  }

  /** Reads all files and checks that they are what was written and fit together. */
  public TableVerifier.Report verify() {
    return Failures.unwrap(() -> TableVerifier.verify(table.io(), table.path(), snapshot));
  }

  /** The state of the table at this version. */
  public Snapshot snapshot() {
    return snapshot;
  }

  /** The directory of the table, with its scheme. */
  public String path() {
    return table.path();
  }

  /** What the build did, on the index that {@link #build} returned. */
  public Optional<BuildReport> buildReport() {
    return Optional.ofNullable(report);
  }

  /** Keeps the files of this version as long as {@code reader} is in use. */
  <T> T holding(T reader) {
    return table.hold(snapshot, reader);
  }

  SparkSession spark() {
    return spark;
  }

  TableAccess table() {
    return table;
  }
}
