package dev.knit.spark;

import dev.knit.hnsw.HnswGraph;
import dev.knit.table.Column;
import dev.knit.table.CommitConflictException;
import dev.knit.table.IndexParams;
import dev.knit.table.IndexTable;
import dev.knit.table.Operation;
import dev.knit.table.RenewedLease;
import dev.knit.table.SegmentInfo;
import dev.knit.table.Snapshot;
import dev.knit.table.TableCommit;
import dev.knit.table.TableLayout;
import dev.knit.table.TableSchema;
import dev.knit.table.TableWriter;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.util.LongAccumulator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds an index from a DataFrame: checks the table in one pass, has {@link SegmentBuild} make a
 * segment of it, and commits that as a new version. What is not committed is removed.
 */
final class IndexBuild {
  private static final Logger LOG = LoggerFactory.getLogger(IndexBuild.class);

  /** What builds that failed may leave. */
  private static final Set<String> ABORTED = Set.of("segments", "_knit");

  private final SparkSession spark;
  private final IndexSpec spec;
  private final Dataset<Row> source;
  private final TableAccess table;
  private boolean rebuilding;

  IndexBuild(Dataset<Row> source, IndexSpec spec, TableAccess table) {
    this.spark = source.sparkSession();
    this.spec = spec;
    this.source = IndexSource.of(source, spec);
    this.table = table;
  }

  /** What was committed, and how. */
  record Done(Snapshot snapshot, BuildReport report) {}

  /** Builds and commits. */
  Done run() throws Exception {
    return run(check -> false);
  }

  /** The same, but without a graph when {@code flat} says so of the input. */
  Done run(Predicate<SourceCheck> flat) throws Exception {
    Snapshot before = replaced();
    try (PhaseLog log = new PhaseLog(Sessions.context(spark));
        RenewedLease lease = before == null ? null : lease(before)) {
      SourceCheck check = check(log);
      Snapshot draft = draft(before, check);
      return flat.test(check) ? flat(log, check, draft) : run(log, before, check, draft);
    }
  }

  /** Keeps what is written beside a version that is to be replaced. */
  private RenewedLease lease(Snapshot before) throws IOException {
    return RenewedLease.take(table.io(), table.path(), before.version());
  }

  /**
   * Builds of the rows of a version, and commits it in the place of that unless others have changed
   * rows meanwhile.
   */
  Done rebuild(Snapshot before) throws Exception {
    rebuilding = true;
    try (PhaseLog log = new PhaseLog(Sessions.context(spark))) {
      SourceCheck check = check(log);
      return run(log, before, check, draft(before, check));
    }
  }

  /** Rows in segments large enough to be scanned by themselves, without a graph. */
  private Done flat(PhaseLog log, SourceCheck check, Snapshot draft) throws Exception {
    long most = Sessions.context(spark).defaultParallelism();
    int parts = (int) Math.max(1, Math.min(most, check.rows() / IndexAppend.FLAT_ROWS));
    List<SegmentInfo> segments =
        log.run(
            "rows",
            "writing rows to be scanned",
            () -> FlatSegments.write(table, draft, source, parts));
    return new Done(commit(null, draft.with(segments), null), null);
  }

  private Done run(PhaseLog log, Snapshot before, SourceCheck check, Snapshot draft)
      throws Exception {
    BuildPlan plan =
        BuildPlan.of(
            Sessions.context(spark), spec.partitioning(), spec.partitions(), check, draft.params());
    UUID uuid = UUID.randomUUID();
    SegmentBuild build =
        new SegmentBuild(spark, new BuildTask(table, draft, uuid, progress()), log);
    TaggedJobs jobs = new TaggedJobs(Sessions.context(spark));
    SegmentInfo segment;
    try {
      segment = jobs.run(() -> build.run(source, check, plan, uuid));
    } catch (Exception e) {
      jobs.awaitEnd();
      discard(uuid, e);
      throw e;
    }
    Snapshot snapshot = commit(before, draft.with(List.of(segment)), uuid);
    tidy(build, segment);
    BuildReport report =
        new BuildReport(
            segment.rows(),
            segment.nodes(),
            check.dimension(),
            plan.partitioning().id(),
            plan.partitions(),
            log.phases(),
            segment.bytes(),
            log.peakHeapBytes());
    return new Done(snapshot, report);
  }

  /** The build is committed whether this succeeds or not. */
  private void tidy(SegmentBuild build, SegmentInfo segment) {
    try {
      build.removeLeftovers(segment);
    } catch (IOException e) {
      LOG.warn("Subgraphs that are no longer needed stay in '{}'.", table.path(), e);
    }
  }

  private Snapshot commit(Snapshot before, Snapshot snapshot, UUID uuid) throws IOException {
    try {
      if (before == null) {
        TableCommit.create(table.io(), table.path(), snapshot);
        return snapshot;
      }
      TableWriter writer = new TableWriter(table.io(), table.path());
      return rebuilding
          ? writer.rebuild(before, snapshot)
          : writer.overwrite(before, snapshot, null);
    } catch (CommitConflictException e) { // after other failures it may have happened
      discard(uuid, e);
      throw e;
    }
  }

  /** Removes the files of a segment after {@code failure}, which stays what is told. */
  private void discard(UUID uuid, Exception failure) {
    try {
      table.io().deleteDirectory(table.path() + "/" + TableLayout.segmentFile(uuid, ""));
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** The version that is replaced, or null. */
  private Snapshot replaced() throws IOException {
    requireFree(table, spec.overwrite());
    IndexTable existing = new IndexTable(table.io(), table.path());
    return existing.exists() ? existing.snapshot() : null;
  }

  /**
   * Refuses a directory that has other things in it, or an index that is not to be replaced.
   *
   * @throws IllegalArgumentException telling which
   */
  static void requireFree(TableAccess table, boolean replacing) throws IOException {
    if (!new IndexTable(table.io(), table.path()).exists()) {
      if (!ABORTED.containsAll(table.io().list(table.path()))) {
        throw new IllegalArgumentException(
            "'%s' exists and is no Knit index; choose another path.".formatted(table.path()));
      }
    } else if (!replacing) {
      throw new IllegalArgumentException(
          "There is an index at '%s' already; choose another path or overwrite it."
              .formatted(table.path()));
    }
  }

  private SourceCheck check(PhaseLog log) throws Exception {
    SourceCheck check =
        log.run("check", "checking ids and vectors", () -> SourceCheck.of(source, spec));
    if (check.rows() > HnswGraph.maxSize(spec.m())) {
      throw new IllegalArgumentException(
          "The input has %,d rows, but with m %d one graph can have %,d nodes at most; lower m or split the input."
              .formatted(check.rows(), spec.m(), HnswGraph.maxSize(spec.m())));
    }
    return check;
  }

  private Snapshot draft(Snapshot before, SourceCheck check) {
    StructField[] fields = source.schema().fields();
    Column id = SparkTypes.column(fields[0]);
    List<Column> metadata = Arrays.stream(fields).skip(2).map(SparkTypes::column).toList();
    TableSchema schema =
        new TableSchema(
            new Column(id.name(), id.type(), false), spec.vector(), check.dimension(), metadata);
    IndexParams params =
        new IndexParams(
            spec.metric(),
            spec.m(),
            spec.efConstruction(),
            spec.seed(),
            check.maxNorm(),
            spec.quantization());
    Operation operation = new Operation(Operation.BUILD, Map.of("engine", "spark"));
    return before == null
        ? Snapshot.first(schema, params, List.of(), operation)
        : before.next(schema, params, List.of(), operation);
  }

  private LongAccumulator progress() {
    return Sessions.context(spark).longAccumulator(KnitIndex.ROWS_COUNTER);
  }
}
