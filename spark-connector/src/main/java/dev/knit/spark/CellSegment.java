package dev.knit.spark;

import dev.knit.hnsw.CellMap;
import dev.knit.hnsw.CellRoute;
import dev.knit.table.GraphPart;
import dev.knit.table.RowsFile;
import dev.knit.table.SegmentInfo;
import dev.knit.vector.FlatVectors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.ShuffleDependency;
import org.apache.spark.SimpleFutureAction;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Makes a segment of a table by cells of near vectors, in stages none of which needs the whole
 * graph in one JVM. Steps:
 *
 * <ol>
 *   <li>Cells are found from a sample ({@link CellSample}).
 *   <li>One pass tells the cell of each row and its routes into others ({@link CellPlaces}), and
 *       takes it there; a task per cell builds its subgraph ({@link CellTask}).
 *   <li>A task for each pair of cells between which enough nodes have routes searches in both
 *       directions ({@link PairTask}).
 *   <li>What was hit goes to the cells, where neighbors are selected ({@link SelectTask}).
 *   <li>One task builds the few nodes' upper levels ({@link UpperTask}).
 *   <li>Edges go to the cells they lead to, which link them and write their part of the graph
 *       ({@link LinkTask}).
 * </ol>
 *
 * <p>Each step reads what those before left on storage or in a shuffle and adds nothing that
 * depends on time, place or attempt, so that the parts are the same whatever Spark repeats.
 */
final class CellSegment {
  private static final String PLACE = "knit:place";

  private final JavaSparkContext context;
  private final BuildTask build;
  private final PhaseLog log;
  private final List<Broadcast<?>> broadcasts = new ArrayList<>();

  CellSegment(JavaSparkContext context, BuildTask build, PhaseLog log) {
    this.context = context;
    this.build = build;
    this.log = log;
  }

  /** Builds and merges; null when no row has a vector to find cells by. */
  SegmentInfo run(Dataset<Row> source, SourceCheck check, int count, UUID uuid) throws Exception {
    try {
      CellMap cells =
          log.run(
              "division", "finding %d cells".formatted(count), () -> cells(source, check, count));
      if (cells == null) {
        return null;
      }
      CellLayout layout = new CellLayout(cells.cells(), subgraphs(source, check, cells));
      List<GraphPart> parts = merge(layout);
      List<RowsFile> rows = layout.built().stream().map(Cell::rows).toList();
      return SegmentInfo.of(uuid, rows, parts);
    } finally {
      broadcasts.forEach(Broadcast::destroy);
      CellStore.forget(build.segment());
    }
  }

  private CellMap cells(Dataset<Row> source, SourceCheck check, int count) {
    FlatVectors sample = CellSample.draw(source, build.draft().params(), check, count);
    if (sample.size() == 0) {
      return null;
    }
    int threads = Runtime.getRuntime().availableProcessors();
    CellMap cells = CellMap.fit(sample, count, build.draft().params().seed(), threads);
    log.note("division", cells.distanceComputations(), 0);
    return cells;
  }

  private <T> Broadcast<T> broadcast(T value) {
    Broadcast<T> broadcast = context.broadcast(value);
    broadcasts.add(broadcast);
    return broadcast;
  }

  private List<Cell> subgraphs(Dataset<Row> source, SourceCheck check, CellMap cells)
      throws Exception {
    List<Cell> built =
        log.run(
            "subgraphs",
            "building the subgraphs of %d cells".formatted(cells.cells()),
            () ->
                Phases.with(
                    context.sc(),
                    KnitIndex.ROWS_PROPERTY,
                    Long.toString(check.rows()),
                    () -> placed(source, check, cells).collect()));
    for (Cell cell : built) {
      log.note("division", cell.division(), 0);
      log.note("subgraphs", cell.distanceComputations(), cell.peakHeapBytes());
    }
    return built;
  }

  private JavaRDD<Cell> placed(Dataset<Row> source, SourceCheck check, CellMap cells) {
    CellPlaces places =
        new CellPlaces(
            broadcast(cells),
            new CellPlaces.TableParams(check.dimension(), build.draft().params().metric()));
    Dataset<Row> placed =
        source
            .withColumn(PLACE, places.of(IndexSource.column(source.columns()[1])))
            .repartitionById(cells.cells(), IndexSource.column(PLACE).getItem(0))
            .sortWithinPartitions(IndexSource.column(source.columns()[0]));
    JavaRDD<InternalRow> rows =
        ((org.apache.spark.sql.classic.Dataset<Row>) placed).queryExecution().toRdd().toJavaRDD();
    CellTask task =
        new CellTask(
            build, cells.subgraphs(build.draft().params().hnsw()), source.columns().length);
    return rows.mapPartitionsWithIndex(task, true);
  }

  private List<GraphPart> merge(CellLayout layout) throws Exception {
    Broadcast<CellLayout> shared = broadcast(layout);
    CellMessage.ByCell byCell = new CellMessage.ByCell(layout.cells());
    List<Integer[]> pairs = pairs(layout);
    JavaPairRDD<Long, CellMessage> hits =
        context
            .parallelize(pairs, Math.max(1, pairs.size()))
            .flatMapToPair(new PairTask(build, shared))
            .repartitionAndSortWithinPartitions(byCell);
    write("pairs", "searching between %d pairs of cells".formatted(pairs.size()), hits);
    JavaPairRDD<Long, CellMessage> edges =
        JavaPairRDD.fromJavaRDD(hits.mapPartitionsWithIndex(new SelectTask(build, shared), false))
            .repartitionAndSortWithinPartitions(byCell);
    write("selection", "selecting neighbors in %d cells".formatted(layout.cells()), edges);
    UpperTask.Done upper =
        log.run(
            "upper",
            "building the upper levels",
            () -> context.parallelize(List.of(0), 1).map(new UpperTask(build, shared)).first());
    log.note("upper", upper.distanceComputations(), upper.peakHeapBytes());
    List<LinkTask.Done> links =
        log.run(
            "links",
            "linking %d cells".formatted(layout.cells()),
            () ->
                edges
                    .mapPartitionsWithIndex(new LinkTask(build, shared, upper.joints()), true)
                    .collect());
    return links.stream()
        .sorted(Comparator.comparing(LinkTask.Done::cell))
        .peek(this::note)
        .map(LinkTask.Done::part)
        .toList();
  }

  private void note(LinkTask.Done link) {
    log.note("pairs", link.costs().pairs(), 0);
    log.note("selection", link.costs().selection(), 0);
    log.note(
        "links",
        new BuildReport.Work(0, 0, link.distanceComputations(), 0),
        link.costs().peakHeapBytes());
  }

  /** Has the map side of a shuffle done as a job of its own, which later jobs find done. */
  private void write(String phase, String description, JavaPairRDD<Long, CellMessage> shuffled)
      throws Exception {
    ShuffleDependency<?, ?, ?> shuffle =
        (ShuffleDependency<?, ?, ?>) shuffled.rdd().dependencies().head();
    log.run(
        phase,
        description,
        () -> {
          SimpleFutureAction<?> job = context.sc().submitMapStage(shuffle);
          try {
            return job.get();
          } catch (Exception e) {
            job.cancel();
            throw e;
          }
        });
  }

  /** The pairs with enough routes between them, in order, the lower cell first. */
  private static List<Integer[]> pairs(CellLayout layout) {
    Map<Long, Integer> routed = new HashMap<>();
    for (Cell cell : layout.built()) {
      for (int i = 0; i < cell.routed().length; i++) {
        int other = cell.routed()[i];
        if (layout.cell(other) != null) {
          long low = Math.min(cell.number(), other);
          long pair = low << 32 | Math.max(cell.number(), other);
          routed.merge(pair, cell.routedNodes()[i], Integer::sum);
        }
      }
    }
    return routed.entrySet().stream()
        .filter(pair -> pair.getValue() >= CellRoute.LEAST_NODES)
        .map(Map.Entry::getKey)
        .sorted()
        .map(pair -> new Integer[] {(int) (pair >> 32), (int) (long) pair})
        .toList();
  }
}
