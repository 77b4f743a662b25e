package dev.knit.spark;

import dev.knit.table.CommitKey;
import dev.knit.table.CommitStateUnknownException;
import dev.knit.table.IndexTable;
import dev.knit.table.Operation;
import dev.knit.table.RowsFile;
import dev.knit.table.SegmentInfo;
import dev.knit.table.Snapshot;
import dev.knit.table.TableLayout;
import dev.knit.table.TableWriter;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The rows that the tasks of a write have left in a {@link RowStage}, and their commit: up to
 * {@value IndexAppend#FLAT_ROWS} rows as a segment without a graph, more as one with. After a
 * failure nothing is left of them, unless the storage did not tell whether they were committed. On
 * the driver; for one thread.
 */
public final class StagedRows {
  /** More files than these are written anew as one. */
  private static final int FILES = 16;

  private final SparkSession spark;
  private final RowStage stage;
  private final TableAccess table;
  private final List<RowStage.Part> parts;
  private boolean adopted;

  /** What the committed attempts wrote. */
  public StagedRows(SparkSession spark, RowStage stage, List<RowStage.Part> parts) {
    this.spark = spark;
    this.stage = stage;
    this.table = stage.table();
    this.parts = parts.stream().filter(part -> part.file() != null).toList();
  }

  /** How many rows. */
  public long rows() {
    return parts.stream().mapToLong(part -> part.file().rows()).sum();
  }

  /**
   * Adds the rows, whose ids must be new.
   *
   * @param key names the commit so that it is made once; null for none
   */
  public Snapshot append(CommitKey key) {
    return committed(
        key, base -> writer().edit(base, Operation.APPEND, new long[0][], segments(base), key));
  }

  /** Adds the rows in place of those with the same ids. */
  public Snapshot upsert(CommitKey key) {
    return committed(key, base -> writer().upsert(base, segments(base), key));
  }

  /** Adds the rows in place of all there are. */
  public Snapshot overwrite(CommitKey key) {
    return committed(
        key,
        base -> {
          List<SegmentInfo> segments = rows() == 0 ? List.of() : written(base);
          Operation operation = Operation.of(Operation.OVERWRITE);
          Snapshot next = base.next(base.schema(), base.params(), segments, operation);
          return writer().overwrite(base, next, key);
        });
  }

  /** Adds the rows in place of those of the newest version that meet a condition. */
  public Snapshot overwrite(Column condition) {
    return committed(
        null,
        base -> {
          long[][] replaced = IndexRows.matching(KnitIndex.of(spark, table, base), condition);
          return writer().edit(base, Operation.OVERWRITE, replaced, segments(base), null);
        });
  }

  /**
   * Adds the rows and deletes others.
   *
   * @param kind what the history tells
   * @param deleted rows of the version that was written for, by segment as words of a bit set
   */
  public Snapshot edit(String kind, long[][] deleted) {
    return committed(null, base -> writer().edit(base, kind, deleted, segments(base), null));
  }

  /**
   * Makes a new table of the rows, or replaces one where the spec says so.
   *
   * @throws IllegalArgumentException when there are none
   */
  public Snapshot build(IndexSpec spec) {
    return cleaned(() -> KnitIndex.build(dataset(sized()), spec, table.path()).snapshot());
  }

  private interface Commit {
    Snapshot on(Snapshot base) throws Exception;
  }

  private Snapshot committed(CommitKey key, Commit commit) {
    return cleaned(
        () -> {
          requireSameTable();
          Optional<Snapshot> made = key == null ? Optional.empty() : writer().committed(key);
          return made.isPresent() ? made.get() : commit.on(stage.base());
        });
  }

  /** A table that was dropped and made anew has other versions of the same numbers. */
  private void requireSameTable() throws IOException {
    Snapshot newest = new IndexTable(table.io(), table.path()).snapshot();
    if (!newest.tableUuid().equals(stage.base().tableUuid())) {
      throw new KnitException("KNIT_TABLE_REPLACED", Map.of("table", table.path()), null);
    }
  }

  /** Removes the staged files that the commit did not take. */
  private Snapshot cleaned(Callable<Snapshot> commit) {
    return KnitErrors.told(
        () -> {
          try {
            Snapshot made = commit.call();
            if (!adopted || !has(made)) {
              stage.abort();
            }
            return made;
          } catch (CommitStateUnknownException e) {
            throw e;
          } catch (Exception e) {
            stage.abort();
            throw e;
          } finally {
            stage.release();
          }
        });
  }

  private boolean has(Snapshot made) {
    return made.segments().stream().anyMatch(segment -> segment.uuid().equals(stage.uuid()));
  }

  /** The rows as segments that are not committed yet. */
  private List<SegmentInfo> segments(Snapshot base) throws Exception {
    if (rows() == 0) {
      return List.of();
    }
    if (rows() <= IndexAppend.FLAT_ROWS && parts.size() <= FILES) {
      adopted = true;
      removeOthers();
      return List.of(SegmentInfo.flat(stage.uuid(), files()));
    }
    return written(base);
  }

  private List<SegmentInfo> written(Snapshot base) throws Exception {
    return new IndexAppend(spark, table, base, dataset(stage.draft()), false).segments();
  }

  /** What attempts left that Spark did not choose. */
  private void removeOthers() throws IOException {
    String directory = TableLayout.segmentFile(stage.uuid(), "");
    for (String attempt : table.io().list(table.path() + "/" + directory)) {
      if (files().stream().noneMatch(file -> file.path().startsWith(directory + attempt + "/"))) {
        table.io().deleteDirectory(table.path() + "/" + directory + attempt);
      }
    }
  }

  private Dataset<Row> dataset(Snapshot draft) {
    SegmentInfo staged = SegmentInfo.flat(stage.uuid(), files());
    return IndexRows.of(spark, table, draft.with(List.of(staged)));
  }

  private Snapshot sized() {
    List<Integer> dimensions = parts.stream().map(RowStage.Part::dimension).distinct().toList();
    if (dimensions.size() > 1) {
      throw new IllegalArgumentException(
          "Some vectors have dimension %d, others %d; all must have the same."
              .formatted(dimensions.get(0), dimensions.get(1)));
    }
    if (dimensions.isEmpty()) {
      throw new IllegalArgumentException("There are no rows; an index needs at least one.");
    }
    return NewTable.withDimension(stage.draft(), dimensions.get(0));
  }

  private List<RowsFile> files() {
    return parts.stream().map(RowStage.Part::file).toList();
  }

  private TableWriter writer() {
    return new TableWriter(table.io(), table.path());
  }
}
