package dev.knit.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanExec;
import org.apache.spark.sql.execution.adaptive.QueryStageExec;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import scala.jdk.javaapi.CollectionConverters;

/** Joins with an index that is said not to fit, beside the same joins in one step. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SearchGroupsTest {
  private static final long SEED = Long.getLong("knit.seed", 41);
  private static final int DIMENSION = 8;
  private static final String ADAPTIVE = "spark.sql.adaptive.enabled";

  @TempDir static Path directory;
  private final SparkSession spark = LocalSpark.session();
  private Dataset<Row> queries;
  private KnitIndex index;

  @BeforeAll
  void build() {
    Dataset<Row> items = TestTables.items(3000, DIMENSION, SEED).cache();
    queries =
        TestTables.queries(150, DIMENSION, SEED)
            .selectExpr("q", "if(q % 17 = 0, null, qv) as qv", "int(q % 4) as tenant", "'x' as s")
            .cache();
    queries.createOrReplaceTempView("many_queries");
    index =
        KnitIndex.build(
            items.where("id < 1000"), IndexSpec.of("id", "v").partitions(2), directory + "/index");
    index = index.append(items.where("id between 1000 and 1999"));
    index = index.append(items.where("id between 2000 and 2299")).delete("id % 13 = 5");
    index = index.append(items.where("id >= 2300"));
  }

  @AfterEach
  void reset() {
    spark.conf().unset(JoinMemory.OPTION);
    spark.conf().unset(ADAPTIVE);
    spark.conf().unset("spark.sql.adaptive.coalescePartitions.enabled");
    spark.conf().set("spark.sql.shuffle.partitions", 2);
  }

  static Stream<UnaryOperator<KnnOptions>> options() {
    return Stream.of(
        options -> options,
        KnnOptions::exactly,
        KnnOptions::leftOuter,
        options -> options.excludeSelf("q"),
        options -> options.exactly().leftOuter().excludeSelf("q").rightPrefix("r_"),
        options -> options.columns("name"),
        options -> options.filter("part between 20 and 40"),
        options -> options.filter("id < 1200").leftOuter(),
        options -> options.filter("id < 0").leftOuter(),
        options -> options.on("part % 4 = tenant"),
        options -> options.on("part % 4 = tenant and id > q * 10").leftOuter().exactly(),
        options -> options.on("tenant > 1").leftOuter(),
        options -> options.on("id >= q * 15").exactly(),
        options -> options.maxDistance(1.1).leftOuter(),
        options -> options.negatives(0.7, new float[] {1, 0, 0, 1, 0, 0, 1, 0}).exactly(),
        options -> KnnOptions.within(0.9).leftOuter(),
        options -> options.ef(200).gamma(0.2));
  }

  @ParameterizedTest
  @MethodSource("options")
  void groupsFindWhatOneStepFinds(UnaryOperator<KnnOptions> chosen) {
    KnnOptions options = chosen.apply(KnnOptions.of(6));
    List<Row> expected = index.knnJoin(queries, "qv", options).collectAsList();
    for (boolean adaptive : List.of(true, false)) {
      Dataset<Row> joined = inGroups(adaptive, () -> index.knnJoin(queries, "qv", options));

      assertThat(new HashSet<>(joined.collectAsList()))
          .as("%s, seed %d", options, SEED)
          .isEqualTo(new HashSet<>(expected));
      assertThat(joined.count()).isEqualTo(expected.size());
    }
    assertThat(expected).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select * from many_queries q join DOCS d approx nearest 5 by distance"
            + " vector_l2_distance(q.qv, d.v)",
        "select q, id, v, name from many_queries q left join DOCS d exact nearest 5 by distance"
            + " vector_l2_distance(q.qv, d.v)",
        "select q, id, d._distance, d._rank from many_queries q join DOCS d exact nearest 7 by"
            + " distance vector_l2_distance(q.qv, d.v)",
        "select q, n from many_queries q left join (select part + 1 as n, v from DOCS where id % 3"
            + " = 0) d approx nearest 2 by distance vector_l2_distance(q.qv, d.v)",
        "select part, count(*), sum(q) from many_queries q join DOCS d approx nearest 9 by distance"
            + " vector_l2_distance(q.qv, d.v) group by part",
        "select a.q, b.s from (select q, id from many_queries q join DOCS d approx nearest 3 by"
            + " distance vector_l2_distance(q.qv, d.v)) a join many_queries b on a.id = b.q",
        "select q, id from (select * from many_queries order by qv[0] limit 70) q join DOCS d exact"
            + " nearest 3 by distance vector_l2_distance(q.qv, d.v)",
        "select q, id from many_queries q join (select * from DOCS where id < 0) d approx nearest"
            + " by distance vector_l2_distance(q.qv, d.v)"
      })
  void nearestByInGroupsFindsWhatOneStepFinds(String query) {
    String sql = query.replace("DOCS", "knit.`" + index.path() + "`");
    List<Row> expected = spark.sql(sql).collectAsList();
    for (boolean adaptive : List.of(true, false)) {
      Dataset<Row> joined = inGroups(adaptive, () -> spark.sql(sql));

      assertThat(new HashSet<>(joined.collectAsList())).as(sql).isEqualTo(new HashSet<>(expected));
      assertThat(joined.count()).isEqualTo(expected.size());
    }
  }

  /** A join that is planned and, once, run while little memory is allowed. */
  private Dataset<Row> inGroups(boolean adaptive, java.util.function.Supplier<Dataset<Row>> join) {
    spark.conf().set(JoinMemory.OPTION, "1k");
    spark.conf().set(ADAPTIVE, adaptive);
    Dataset<Row> joined = join.get();
    joined.collectAsList();
    reset();
    return joined;
  }

  @Test
  void aTemporaryIndexIsSearchedInGroupsToo() {
    Dataset<Row> items = TestTables.items(25_000, 4, SEED);
    Dataset<Row> few = TestTables.queries(30, 4, SEED);
    KnnOptions options = KnnOptions.of(5);
    IndexSpec spec = IndexSpec.of("v");
    List<Row> expected = Knit.knnJoin(few, "qv", items, spec, options).collectAsList();
    spark.conf().set(JoinMemory.OPTION, "10k");
    Dataset<Row> joined = Knit.knnJoin(few, "qv", items, spec, options);

    assertThat(new HashSet<>(joined.collectAsList())).isEqualTo(new HashSet<>(expected));
    assertThat(plan(joined)).contains("KnitSearchGroups").contains("exact scan");
  }

  @Test
  void columnsInGroupsFindWhatOneStepFinds() {
    Dataset<Row> some = queries.where("q < 40");
    for (KnnOptions options :
        List.of(
            KnnOptions.of(6),
            KnnOptions.of(5).exactly().excludeSelf("q"),
            KnnOptions.of(4).filter("part < 30"),
            KnnOptions.within(0.9))) {
      spark.conf().unset(JoinMemory.OPTION);
      Dataset<Row> expected = some.select(functions.col("q"), found(options));
      List<Row> rows = expected.collectAsList();
      spark.conf().set(JoinMemory.OPTION, "1k");
      Dataset<Row> inGroups = some.select(functions.col("q"), found(options));

      assertThat(plan(inGroups)).contains("for each row in 4 groups of segments, memory=");
      assertThat(plan(expected)).doesNotContain("groups");
      assertThat(inGroups.collectAsList()).as("%s, seed %d", options, SEED).isEqualTo(rows);
    }
  }

  private org.apache.spark.sql.Column found(KnnOptions options) {
    return index.search(functions.col("qv"), options).as("found");
  }

  /** Without a task there is nothing to wait for. */
  @Test
  void aColumnThatTheDriverEvaluatesIsSearchedInGroupsToo() {
    Dataset<Row> one = spark.sql("select array_repeat(1f, 8) as qv");
    List<Row> expected = one.select(found(KnnOptions.of(9))).collectAsList();
    spark.conf().set(JoinMemory.OPTION, "1k");

    assertThat(one.select(found(KnnOptions.of(9))).collectAsList()).isEqualTo(expected);
  }

  @Test
  void explainTellsGroupsAndMemory() {
    spark.conf().set(JoinMemory.OPTION, "1k");
    String plan = plan(index.knnJoin(queries, "qv", 3));

    assertThat(plan)
        .containsSubsequence(
            "KnnJoin",
            "merged from groups of segments",
            "Sort",
            "Exchange hashpartitioning",
            "KnitSearchGroups",
            "4 groups of segments, memory=",
            "Exchange hashpartitioning",
            "KnitNumberedRows");
    reset();
    assertThat(plan(index.knnJoin(queries, "qv", 3)))
        .doesNotContain("Exchange")
        .doesNotContain("KnitSearchGroups");
  }

  @Test
  void aSkewedLeftSideIsDividedEvenly() {
    spark.conf().set(JoinMemory.OPTION, "1k");
    spark.conf().set("spark.sql.shuffle.partitions", 8);
    spark.conf().set("spark.sql.adaptive.coalescePartitions.enabled", false);
    Dataset<Row> skewed =
        queries
            .selectExpr("q", "explode(array_repeat(coalesce(qv, array(0f)), 20)) as qv")
            .where("size(qv) = " + DIMENSION)
            .repartition(8, org.apache.spark.sql.functions.expr("if(q < 147, 0, q)"));
    Dataset<Row> joined = index.knnJoin(skewed, "qv", KnnOptions.of(2).exactly());
    long rows = skewed.count();
    assertThat(joined.count()).isEqualTo(2 * rows);

    SearchGroupsExec search = find(joined, SearchGroupsExec.class);
    RDD<InternalRow> blocks = search.child().execute();
    List<Integer> sizes = sizes(blocks);

    assertThat(sizes).hasSize(8).allSatisfy(size -> assertThat(size).isLessThan((int) rows / 4));
    assertThat(search.execute().getNumPartitions()).isEqualTo(4 * 8);
  }

  private static List<Integer> sizes(RDD<InternalRow> rows) {
    return rows.toJavaRDD()
        .mapPartitions(
            partition -> {
              int size = 0;
              for (; partition.hasNext(); partition.next()) {
                size++;
              }
              return List.of(size).iterator();
            })
        .collect();
  }

  @Test
  void adaptiveExecutionMakesFewerTasksOfFewRows() {
    spark.conf().set(JoinMemory.OPTION, "1k");
    spark.conf().set("spark.sql.shuffle.partitions", 50);
    Dataset<Row> joined = index.knnJoin(queries, "qv", 3);
    joined.collectAsList();

    assertThat(joined.queryExecution().executedPlan().toString())
        .contains("isFinalPlan=true")
        .contains("AQEShuffleRead coalesced");
    assertThat(find(joined, SearchGroupsExec.class).execute().getNumPartitions()).isLessThan(50);
  }

  /** What a shuffle of the left has counted must not be taken for the rows of the join. */
  @Test
  void adaptiveExecutionTakesNoCountOfTheLeftForThatOfTheJoin() {
    spark.conf().set(JoinMemory.OPTION, "1k");
    for (Dataset<Row> left :
        List.of(
            queries.where("q = 3"),
            queries.where("q = 3").repartition(2),
            queries.where("q = 3").groupBy("q").agg(functions.expr("first(qv) as qv")))) {
      Dataset<Row> joined = index.knnJoin(left, "qv", KnnOptions.of(400).columns("part"));
      long parts = joined.select("part").collectAsList().stream().distinct().count();

      assertThat(joined.count()).isEqualTo(400);
      assertThat(parts).isLessThan(400);
      assertThat(joined.select("part").distinct().count()).isEqualTo(parts);
      assertThat(joined.select("part").distinct().collectAsList()).hasSize((int) parts);
      assertThat(joined.limit(7).collectAsList()).hasSize(7);
      assertThat(joined.orderBy("part").select("part").head())
          .isEqualTo(joined.selectExpr("min(part)").head());
    }
  }

  /** So that Spark, when it makes rows anew in another order, searches for all of them anew. */
  @Test
  void numbersOfRowsWithoutAnOrderAreKnownToChange() {
    spark.conf().set(JoinMemory.OPTION, "1k");
    spark.conf().set(ADAPTIVE, false);
    Dataset<Row> shuffled =
        queries.groupBy("q").agg(org.apache.spark.sql.functions.expr("first(qv) as qv"));
    Dataset<Row> asItIs = index.knnJoin(queries, "qv", 3);
    Dataset<Row> joined = index.knnJoin(shuffled, "qv", 3);

    assertThat(level(joined)).isEqualTo("INDETERMINATE");
    assertThat(level(asItIs)).isEqualTo("DETERMINATE");
  }

  private static String level(Dataset<Row> joined) {
    return find(joined, NumberedRowsExec.class).execute().outputDeterministicLevel().toString();
  }

  @Test
  void tasksOfAGroupPreferTheSameExecutors() {
    RDD<InternalRow> blocks = queries.queryExecution().toRdd();
    KnnJoinTask task = KnnJoinTask.of(rows(), spec(), null, null);
    List<KnnJoinTask> three = List.of(task, task, task);
    SearchGroupsRdd many = rdd(blocks, three, "a", "b", "c", "d", "e");
    SearchGroupsRdd few = rdd(blocks, three, "a", "b");

    assertThat(preferred(many)).containsExactly("[a, d]", "[b, e]", "[c]");
    assertThat(preferred(few)).containsExactly("[a]", "[b]", "[a]");
    assertThat(preferred(rdd(blocks, three))).containsOnly("[]");
  }

  private static SearchGroupsRdd rdd(
      RDD<InternalRow> blocks, List<KnnJoinTask> groups, String... executors) {
    return new SearchGroupsRdd(blocks, groups, List.of(executors), new JoinMemory(1, 1));
  }

  private static List<String> preferred(SearchGroupsRdd rdd) {
    List<String> places = new ArrayList<>();
    for (var partition : rdd.partitions()) {
      places.add(CollectionConverters.asJava(rdd.getPreferredLocations(partition)).toString());
    }
    return places.stream().distinct().toList().size() == 1
        ? List.of(places.get(0))
        : List.of(places.get(0), places.get(places.size() / 3), places.get(2 * places.size() / 3));
  }

  private JoinRows rows() {
    return ((KnnJoinExec) find(index.knnJoin(queries, "qv", 1), KnnJoinExec.class)).rows();
  }

  private JoinSpec spec() {
    KnnOptions options = KnnOptions.of(1);
    return new JoinSpec(new JoinTarget.Existing(index, options), options);
  }

  @Test
  void memoryIsASize() {
    spark.conf().set(JoinMemory.OPTION, "much");

    assertThatThrownBy(() -> index.knnJoin(queries, "qv", 3).collectAsList())
        .hasMessageContaining("spark.knit.join.memory ('much') must be a size");
  }

  @Test
  void segmentsAreDividedAmongAsFewGroupsAsTheyFitInto() {
    List<Integer> all = List.of(0, 1, 2, 3);
    long largest = SegmentGroups.bytes(index.snapshot(), List.of(0));
    long sum = SegmentGroups.bytes(index.snapshot(), all);

    assertThat(SegmentGroups.of(index.snapshot(), all, 1)).hasSize(4);
    assertThat(SegmentGroups.of(index.snapshot(), all, sum)).containsExactly(all);
    assertThat(SegmentGroups.of(index.snapshot(), all, Math.max(largest, sum - 1)))
        .hasSize(2)
        .allSatisfy(group -> assertThat(group).isSorted());
    assertThat(largest).isBetween(1000L * DIMENSION, 1000L * (DIMENSION + 400));
  }

  private static String plan(Dataset<Row> rows) {
    return rows.queryExecution().executedPlan().toString();
  }

  private static <T> T find(Dataset<Row> rows, Class<T> type) {
    return find(rows.queryExecution().executedPlan(), type)
        .findFirst()
        .orElseThrow(() -> new AssertionError(plan(rows)));
  }

  private static <T> Stream<T> find(SparkPlan plan, Class<T> type) {
    if (plan instanceof AdaptiveSparkPlanExec adaptive) {
      return find(adaptive.executedPlan(), type);
    } else if (plan instanceof QueryStageExec stage) {
      return find(stage.plan(), type);
    }
    Stream<T> below =
        CollectionConverters.asJava(plan.children()).stream().flatMap(child -> find(child, type));
    return type.isInstance(plan) ? Stream.concat(Stream.of(type.cast(plan)), below) : below;
  }
}
