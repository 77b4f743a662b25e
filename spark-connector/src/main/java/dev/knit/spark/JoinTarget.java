package dev.knit.spark;

import dev.knit.table.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;

/** What a join searches: its columns are known when the join is written, its index when it runs. */
interface JoinTarget {
  SparkSession spark();

  /** The columns that a join may return: the id, unless it is hidden, and the metadata. */
  List<StructField> columns();

  /** The name of the vector column. */
  String vector();

  /**
   * The searches of a join, over an index that is made now if need be; the index stays as long as
   * this target is in use.
   *
   * @param queries tells how many there will be, which may take a job
   * @return null when there are no rows to be found
   */
  IndexSearch search(LongSupplier queries);

  /** The same if there are any already, or else null. */
  IndexSearch known();

  /** Whether it has several segments, or may have, that take more than so many bytes together. */
  boolean exceeds(long bytes);

  /** For plans. */
  String describe();

  /** An index that is there. */
  final class Existing implements JoinTarget {
    private final KnitIndex index;
    private final IndexSearch search;

    /** Searches of an index; what does not fit it is refused. */
    Existing(KnitIndex index, KnnOptions options) {
      this.index = index;
      index.holding(this);
      options.search().check(index.snapshot().params().metric());
      IndexSearch plain = IndexSearch.of(index.table(), index.snapshot(), options.search());
      IndexSearch allowed =
          options.filter() == null ? plain : plain.among(FilterText.parse(index, options.filter()));
      this.search = options.exact() ? allowed.exactly() : allowed;
    }

    @Override
    public SparkSession spark() {
      return index.spark();
    }

    @Override
    public List<StructField> columns() {
      TableSchema schema = index.snapshot().schema();
      List<StructField> columns = new ArrayList<>(List.of(SparkTypes.field(schema.id())));
      schema.metadata().forEach(column -> columns.add(SparkTypes.field(column)));
      return columns;
    }

    @Override
    public String vector() {
      return index.snapshot().schema().vector();
    }

    @Override
    public IndexSearch search(LongSupplier queries) {
      return search;
    }

    @Override
    public IndexSearch known() {
      return search;
    }

    @Override
    public boolean exceeds(long bytes) {
      return search.exceeds(bytes);
    }

    @Override
    public String describe() {
      return index.path();
    }
  }
}
