package dev.knit.spark;

import static org.apache.spark.sql.functions.monotonically_increasing_id;

import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A DataFrame as what a join searches. When the join first runs its rows are written to a temporary
 * table: with a graph, or without one where measuring all pairs is cheaper ({@link JoinCost}). The
 * table is removed when this is no longer in use. Safe for use by many threads.
 */
final class TemporaryIndex implements JoinTarget {
  private static final Logger LOG = LoggerFactory.getLogger(TemporaryIndex.class);
  private static final String HIDDEN_ID = "knit:id";

  private final Dataset<Row> rows;
  private final IndexSpec spec;
  private final KnnOptions options;
  private final List<StructField> columns;
  private IndexSearch search;
  private boolean done;
  private String decision = "temporary index, by graph or exact scan as costs tell when it runs";

  /**
   * A DataFrame.
   *
   * @param spec its columns, and how a graph would be built
   * @throws IllegalArgumentException when columns or options do not fit
   */
  TemporaryIndex(Dataset<Row> rows, IndexSpec spec, KnnOptions options) {
    options.search().check(spec.metric());
    boolean hidden = spec.id() == null;
    this.spec = hidden ? spec.withId(HIDDEN_ID) : spec;
    IndexSource.requireColumn(rows.schema(), spec.vector());
    Dataset<Row> allowed = options.filter() == null ? rows : rows.filter(options.filter());
    Dataset<Row> some = allowed.filter(IndexSource.column(spec.vector()).isNotNull());
    this.rows = hidden ? some.withColumn(HIDDEN_ID, monotonically_increasing_id()) : some;
    this.options = options;
    this.columns =
        Arrays.stream(IndexSource.of(this.rows, this.spec).schema().fields())
            .filter(field -> !field.name().equals(spec.vector()))
            .filter(field -> !field.name().equals(HIDDEN_ID))
            .toList();
  }

  @Override
  public SparkSession spark() {
    return rows.sparkSession();
  }

  @Override
  public List<StructField> columns() {
    return columns;
  }

  @Override
  public String vector() {
    return spec.vector();
  }

  @Override
  public synchronized IndexSearch search(LongSupplier queries) {
    if (!done) {
      search = Failures.unwrap(() -> made(queries));
      done = true;
    }
    return search;
  }

  private IndexSearch made(LongSupplier queries) throws Exception {
    TableAccess table = TemporaryFiles.create(spark(), this);
    try {
      IndexBuild.Done built = new IndexBuild(rows, spec, table).run(check -> scans(check, queries));
      boolean scanned =
          built.snapshot().segments().stream().allMatch(s -> s.graphFiles().isEmpty());
      IndexSearch all = IndexSearch.of(table, built.snapshot(), options.search());
      return scanned ? all.exactly() : all;
    } catch (NoRowsException e) {
      decision = "temporary index without rows";
      return null;
    } catch (Exception e) {
      table.io().deleteDirectory(table.path());
      throw e;
    }
  }

  private boolean scans(SourceCheck check, LongSupplier queries) {
    if (options.exact()) {
      decision = "temporary index, exact scan";
      return true;
    }
    JoinCost cost =
        new JoinCost(check.rows(), queries.getAsLong(), options.ef(), spec.efConstruction());
    decision = "temporary index, " + cost;
    LOG.info("Join with a DataFrame that has no index: {}.", cost);
    return cost.prefersScan();
  }

  @Override
  public synchronized IndexSearch known() {
    return search;
  }

  /** Before it is made, as large as Spark takes the rows to be. */
  @Override
  public synchronized boolean exceeds(long bytes) {
    if (done) {
      return search != null && search.exceeds(bytes);
    }
    var plan = ((org.apache.spark.sql.classic.Dataset<Row>) rows).queryExecution().optimizedPlan();
    return plan.stats().sizeInBytes().$greater(scala.math.BigInt.apply(bytes));
  }

  @Override
  public String describe() {
    return decision;
  }
}
