package dev.knit.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.execution.ExplainMode;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KnnJoinTest {
  private static final int DIMENSION = 16;
  private static final long SEED = 11;

  @TempDir static Path directory;
  private Dataset<Row> items;
  private Dataset<Row> queries;
  private KnitIndex index;

  @BeforeAll
  void build() {
    items = TestTables.items(2500, DIMENSION, SEED).cache();
    queries = TestTables.queries(100, DIMENSION, SEED).cache();
    index = KnitIndex.build(items, IndexSpec.of("id", "v").partitions(3), directory + "/index");
  }

  @Test
  void ranksCountFromOneInOrderOfDistance() {
    Map<Long, List<Row>> found = byQuery(index.knnJoin(queries, "qv", 7));

    assertThat(found).hasSize(100);
    assertThat(found.values())
        .allSatisfy(
            neighbors -> {
              assertThat(neighbors)
                  .extracting(row -> row.<Integer>getAs("_rank"))
                  .containsExactly(1, 2, 3, 4, 5, 6, 7);
              assertThat(neighbors).extracting(row -> row.<Float>getAs("_distance")).isSorted();
              assertThat(neighbors)
                  .extracting(row -> row.<Long>getAs("id"))
                  .doesNotHaveDuplicates();
            });
  }

  @Test
  void rowsCarryTheMetadataOfTheirId() {
    assertThat(index.knnJoin(queries, "qv", 3).collectAsList())
        .hasSize(300)
        .allSatisfy(
            row -> {
              long id = row.getAs("id");
              assertThat(row.<String>getAs("name")).isEqualTo("item " + id);
              assertThat(row.<Integer>getAs("part")).isEqualTo((int) (id % 100));
            });
  }

  @ParameterizedTest
  @MethodSource
  void distancesAreThoseOfSqlAndRecallIsHigh(Metric metric, Quantization quantization) {
    IndexSpec spec = IndexSpec.of("id", "v").metric(metric).quantization(quantization);
    KnitIndex own =
        KnitIndex.build(items, spec.partitions(2), directory + "/" + metric + "-" + quantization);
    assertThat(own.snapshot().params().quantization()).isEqualTo(quantization);
    assertThat(own.verify().problems()).isEmpty();
    Dataset<Row> joined = own.knnJoin(queries, "qv", KnnOptions.of(10)).drop("name", "part");
    List<Row> measured =
        joined
            .join(own.rows().select("id", "v"), "id")
            .withColumn("expected", expr(sqlDistance(metric)).cast(DataTypes.DoubleType))
            .collectAsList();

    assertThat(measured)
        .hasSize(1000)
        .allSatisfy(
            row ->
                assertThat((double) row.<Float>getAs("_distance"))
                    .isCloseTo(row.<Double>getAs("expected"), within(1e-4)));
    Dataset<Row> exact = own.knnJoin(queries, "qv", KnnOptions.of(10).exactly());
    assertThat(recall(joined, exact)).as("recall, seed %d", SEED).isGreaterThanOrEqualTo(0.95);
  }

  static Stream<Arguments> distancesAreThoseOfSqlAndRecallIsHigh() {
    return Stream.of(Metric.values())
        .flatMap(m -> Stream.of(Quantization.values()).map(q -> Arguments.of(m, q)));
  }

  private static String sqlDistance(Metric metric) {
    return switch (metric) {
      case L2 -> "vector_l2_distance(qv, v)";
      case COSINE -> "1 - vector_cosine_similarity(qv, v)";
      case INNER_PRODUCT -> "-vector_inner_product(qv, v)";
      case L1 -> "aggregate(zip_with(qv, v, (a, b) -> abs(a - b)), 0d, (sum, x) -> sum + x)";
    };
  }

  @Test
  void exactJoinIsWhatSqlFinds() {
    Dataset<Row> few = queries.limit(10);

    assertThat(pairs(index.knnJoin(few, "qv", KnnOptions.of(5).exactly())))
        .isEqualTo(pairs(nearestBySql(few, items, 5)));
  }

  private static Dataset<Row> nearestBySql(Dataset<Row> queries, Dataset<Row> items, int k) {
    return queries
        .crossJoin(items.select("id", "v"))
        .withColumn("d", expr("vector_l2_distance(qv, v)"))
        .withColumn("r", expr("row_number() over (partition by q order by d, id)"))
        .where("r <= " + k);
  }

  @Test
  void moreBeamFindsMore() {
    Dataset<Row> exact = index.knnJoin(queries, "qv", KnnOptions.of(10).exactly());
    double narrow = recall(index.knnJoin(queries, "qv", KnnOptions.of(10).ef(10)), exact);
    double wide = recall(index.knnJoin(queries, "qv", KnnOptions.of(10).ef(400)), exact);

    assertThat(wide).isGreaterThan(narrow).isGreaterThanOrEqualTo(0.99);
  }

  @Test
  void nullVectorsAreDroppedByInnerAndKeptByOuterJoins() {
    Dataset<Row> some = queries.withColumn("qv", when(expr("q % 4 <> 0"), col("qv")));

    assertThat(byQuery(index.knnJoin(some, "qv", 2)))
        .hasSize(75)
        .allSatisfy((q, rows) -> assertThat(rows).hasSize(2));
    Map<Long, List<Row>> outer = byQuery(index.knnJoin(some, "qv", KnnOptions.of(2).leftOuter()));
    assertThat(outer)
        .hasSize(100)
        .allSatisfy((q, rows) -> assertThat(rows).hasSize(q % 4 == 0 ? 1 : 2));
    Row kept = outer.get(4L).get(0);
    assertThat(kept.getLong(0)).isEqualTo(4);
    for (int i = 1; i < kept.size(); i++) {
      assertThat(kept.isNullAt(i)).as(kept.schema().fieldNames()[i]).isTrue();
    }
  }

  @Test
  void columnsMayBeAnswered() {
    List<Row> found =
        queries
            .select(col("q"), index.search(col("qv"), KnnOptions.of(3)).as("found"))
            .collectAsList();
    StructType schema =
        queries.select(index.search(col("qv"), KnnOptions.of(3)).as("found")).schema();

    ArrayType type = (ArrayType) schema.apply("found").dataType();
    assertThat(((StructType) type.elementType()).fieldNames())
        .containsExactly("id", "name", "part", "_distance", "_rank");
    Set<String> pairs = pairs(index.knnJoin(queries, "qv", 3));
    assertThat(found).flatExtracting(row -> row.<Row>getList(1)).hasSize(300);
    assertThat(
            found.stream()
                .flatMap(
                    row -> row.<Row>getList(1).stream().map(hit -> row.get(0) + ":" + hit.get(0))))
        .containsExactlyInAnyOrderElementsOf(pairs);
  }

  @Test
  void aColumnOfNullVectorsIsNull() {
    Dataset<Row> found =
        queries.limit(1).select(index.search(lit(null).cast(TestTables.VECTOR), KnnOptions.of(3)));

    assertThat(found.head().isNullAt(0)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bigint", "int", "string"})
  void aRowIsNotItsOwnNeighborWhenSelfIsExcluded(String idType) {
    Dataset<Row> typed = items.limit(200).select(col("id").cast(idType).as("id"), col("v"));
    KnitIndex own = KnitIndex.build(typed, IndexSpec.of("id", "v"), directory + "/self-" + idType);
    Dataset<Row> left = typed.withColumnRenamed("id", "self");
    Dataset<Row> all = own.knnJoin(left, "v", KnnOptions.of(6).exactly());

    List<Row> found =
        own.knnJoin(left, "v", KnnOptions.of(5).exactly().excludeSelf("self")).collectAsList();

    assertThat(found)
        .hasSize(1000)
        .allSatisfy(row -> assertThat(row.<Object>getAs("id")).isNotEqualTo(row.getAs("self")));
    assertThat(found.stream().map(row -> row.getAs("self") + ":" + row.getAs("id")))
        .containsExactlyInAnyOrderElementsOf(
            all.where("self <> id").collectAsList().stream()
                .map(row -> row.getAs("self") + ":" + row.getAs("id"))
                .toList());
    assertThat(found).extracting(row -> row.<Integer>getAs("_rank")).contains(1).doesNotContain(6);
  }

  @Test
  void fartherNeighborsAreLeftOut() {
    Dataset<Row> all = index.knnJoin(queries, "qv", KnnOptions.of(10));
    double median = all.stat().approxQuantile("_distance", new double[] {0.5}, 0)[0];
    Dataset<Row> near = index.knnJoin(queries, "qv", KnnOptions.of(10).maxDistance(median));

    assertThat(pairs(near)).isEqualTo(pairs(all.where(col("_distance").leq((float) median))));
    assertThat(near.count()).isBetween(1L, 999L);
    assertThat(index.knnJoin(queries, "qv", KnnOptions.of(1).maxDistance(0)).count()).isZero();
    assertThat(
            index
                .knnJoin(queries, "qv", KnnOptions.of(1).maxDistance(0).leftOuter())
                .where("id is null")
                .count())
        .isEqualTo(100);
  }

  @Test
  void allWithinADistanceAreFoundHoweverMany() {
    Dataset<Row> all = index.knnJoin(queries, "qv", KnnOptions.of(2500).exactly());
    float bound = (float) all.stat().approxQuantile("_distance", new double[] {0.1}, 0)[0];
    Set<String> expected = pairs(all.where(col("_distance").leq(bound)));

    assertThat(expected).hasSizeGreaterThan(20_000);
    KnnOptions within = KnnOptions.within(bound);
    assertThat(pairs(index.knnJoin(queries, "qv", within.exactly()))).isEqualTo(expected);
    assertThat(pairs(index.knnJoin(queries, "qv", within.ef(2500)))).isEqualTo(expected);
    assertThat(index.knnJoin(queries, "qv", within.ef(8)).count())
        .isGreaterThanOrEqualTo((long) (0.95 * expected.size()));
  }

  @Test
  void negativesCountAgainstRowsByTheirWeight() {
    float[] query = vector(queries.select("qv").head());
    float[] negative = vector(items.select("v").head());
    List<Long> expected =
        items.select("id", "v").collectAsList().stream()
            .sorted(
                Comparator.comparingDouble(
                    row -> {
                      float[] x = floats(row.getList(1));
                      return square(query, x) - 0.4 * square(negative, x);
                    }))
            .limit(10)
            .map(row -> row.getLong(0))
            .toList();
    KnnOptions options = KnnOptions.of(10).negatives(0.4, negative);

    for (KnnOptions wide : List.of(options.ef(2500), options.exactly())) {
      List<Row> found =
          index.knnJoin(queries.limit(1), "qv", wide).orderBy("_rank").collectAsList();
      assertThat(found).extracting(row -> row.<Long>getAs("id")).isEqualTo(expected);
    }
  }

  @Test
  void anAdaptiveBeamFindsMoreThanItsFirstWidth() {
    Set<String> truth = pairs(index.knnJoin(queries, "qv", KnnOptions.of(10).exactly()));
    KnnOptions narrow = KnnOptions.of(10).ef(10);

    assertThat(common(truth, narrow.adaptiveEf(640))).isGreaterThan(common(truth, narrow));
    assertThat(common(truth, narrow.ef(640).gamma(0.1))).isGreaterThan(common(truth, narrow));
    assertThat(common(truth, narrow.ef(640).gamma(0))).isLessThan(common(truth, narrow.ef(640)));
  }

  @Test
  void sketchesFindAboutTheSame() {
    Set<String> plain = Set.copyOf(pairs(index.knnJoin(queries, "qv", KnnOptions.of(10).ef(100))));
    KnnOptions sketched = KnnOptions.of(10).ef(100).withSketches();

    assertThat(common(plain, sketched)).isGreaterThan(plain.size() * 97L / 100);
  }

  private long common(Set<String> truth, KnnOptions options) {
    return pairs(index.knnJoin(queries, "qv", options)).stream().filter(truth::contains).count();
  }

  private static float[] vector(Row row) {
    return floats(row.getList(0));
  }

  private static float[] floats(List<? extends Number> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i).floatValue();
    }
    return floats;
  }

  private static double square(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
    }
    return sum;
  }

  @Test
  void someColumnsUnderAPrefix() {
    Dataset<Row> joined =
        index.knnJoin(
            items.limit(10), "v", KnnOptions.of(1).columns("name", "id").rightPrefix("near_"));

    assertThat(joined.columns())
        .containsExactly("id", "v", "name", "part", "near_name", "near_id", "_distance", "_rank");
    assertThat(joined.where("id = near_id and name = near_name").count()).isEqualTo(10);
    assertThat(index.knnJoin(queries, "qv", KnnOptions.of(1).columns(new String[0])).columns())
        .containsExactly("q", "qv", "_distance", "_rank");
  }

  @Test
  void columnsOnBothSidesAreRefused() {
    assertThatThrownBy(() -> index.knnJoin(items, "v", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Column 'id' is on both sides of the join; rename it on the left, or give the index's"
                + " columns a prefix (rightPrefix) or choose among them (columns).");
    assertThatThrownBy(() -> index.knnJoin(queries.withColumnRenamed("q", "Name"), "qv", 1))
        .hasMessageStartingWith("Column 'name' is on both sides of the join");
    Dataset<Row> again = index.knnJoin(queries, "qv", 1);
    assertThatThrownBy(() -> index.knnJoin(again, "qv", KnnOptions.of(1).rightPrefix("second_")))
        .hasMessageStartingWith("Column '_distance' is on both sides of the join");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"part = 3", "part <> 3", "part % 2 = 0 and name like 'item 1%'", "id in (5, 6)"})
  void filteredJoinsFindWhatAnExactJoinOverTheFilteredRowsDoes(String condition) {
    KnnOptions filtered = KnnOptions.of(10).filter(condition);

    Dataset<Row> few = queries.limit(10);
    Set<String> truth = pairs(nearestBySql(few, items.where(condition), 10));
    assertThat(pairs(index.knnJoin(few, "qv", filtered.exactly()))).isEqualTo(truth);
    Dataset<Row> joined = index.knnJoin(queries, "qv", filtered);
    Dataset<Row> exact = index.knnJoin(queries, "qv", filtered.exactly());
    assertThat(recall(joined, exact)).as("recall, seed %d", SEED).isGreaterThanOrEqualTo(0.95);
    assertThat(joined.where("not (" + condition + ")").count()).isZero();
  }

  @Test
  void aFilterThatNoRowMeetsLeavesNoNeighbors() {
    KnnOptions none = KnnOptions.of(3).filter("part = 1000");

    assertThat(index.knnJoin(queries, "qv", none).count()).isZero();
    assertThat(index.knnJoin(queries, "qv", none.leftOuter()).count()).isEqualTo(100);
  }

  @ParameterizedTest
  @ValueSource(strings = {"colour = 'red'", "part =", "", "part", "_row = 1"})
  void filtersThatDoNotFitAreRefused(String condition) {
    assertThatThrownBy(() -> index.knnJoin(queries, "qv", KnnOptions.of(1).filter(condition)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Filter '" + condition + "' does not fit the index: ");
  }

  @Test
  void doublesAreVectorsOnBothSides() {
    Dataset<Row> doubles = items.withColumn("v", col("v").cast("array<double>"));
    KnitIndex own =
        KnitIndex.build(doubles, IndexSpec.of("id", "v").partitions(3), directory + "/doubles");
    Dataset<Row> left = queries.withColumn("qv", col("qv").cast("array<double>"));

    Dataset<Row> joined = own.knnJoin(left, "qv", 5);

    assertThat(joined.schema().apply("qv").dataType().sql()).isEqualTo("ARRAY<DOUBLE>");
    assertThat(pairs(joined)).isEqualTo(pairs(index.knnJoin(queries, "qv", 5)));
  }

  @Test
  void joinsAreLazy() throws TimeoutException {
    assertThat(
            LocalSpark.jobsOf(
                () -> {
                  KnnOptions filtered = KnnOptions.of(3).filter("part < 50");
                  Dataset<Row> joined = index.knnJoin(queries, "qv", filtered);
                  joined.where("_rank = 1").select("q").schema();
                }))
        .isZero();
  }

  @Test
  void constantQueriesAreAnsweredByTasks() {
    Dataset<Row> constant = queries.sparkSession().sql("select array_repeat(0.5f, 16) as qv");
    Dataset<Row> joined = index.knnJoin(constant, "qv", 3);

    assertThat(searches(joined)).isEqualTo(1);
    assertThat(joined.collectAsList()).hasSize(3);
  }

  @Test
  void rowsOfASearchColumnAreSearchedOnce() {
    Dataset<Row> found =
        queries
            .withColumn("n", index.search(col("qv"), KnnOptions.of(3)))
            .select(expr("inline(n)"));

    assertThat(searches(found)).isEqualTo(1);
    assertThat(found.collectAsList()).hasSize(300);
  }

  /** How often a plan calls the index. */
  private static int searches(Dataset<Row> rows) {
    String plan = rows.queryExecution().optimizedPlan().toString();
    return plan.split("Knit\\[", -1).length - 1;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "part in (select 1)",
        "rand() < 0.5",
      })
  void filtersAreAboutTheIndexAlone(String filter) {
    assertThatThrownBy(() -> index.knnJoin(queries, "qv", KnnOptions.of(3).filter(filter)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Filter '%s' is not a condition on the index's columns alone: it has a subquery or a function that is not deterministic."
                .formatted(filter));
  }

  @Test
  void distancesThatCannotBeAreRefusedAtOnce() {
    assertThatThrownBy(() -> index.knnJoin(queries, "qv", KnnOptions.of(3).maxDistance(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxDistance (-1.0) must be at least 0 under l2.");
  }

  @Test
  void plansShowTheSearch() {
    Dataset<Row> joined = index.knnJoin(queries, "qv", KnnOptions.of(3).ef(70).filter("part = 1"));

    assertThat(joined.queryExecution().explainString(ExplainMode.fromString("simple")))
        .contains("Knit[" + index.path() + ", k=3, ef=70, filter=part = 1]");
  }

  @Test
  void indexAndJoinCompose() {
    Dataset<Row> counted =
        index
            .knnJoin(queries.repartition(5), "qv", 4)
            .where("_rank > 1")
            .groupBy("part")
            .count()
            .selectExpr("sum(count)");

    assertThat(counted.head().getLong(0)).isEqualTo(300);
  }

  private static Map<Long, List<Row>> byQuery(Dataset<Row> joined) {
    return joined.collectAsList().stream()
        .collect(Collectors.groupingBy(row -> row.getLong(0), TreeMap::new, Collectors.toList()));
  }

  static Set<String> pairs(Dataset<Row> joined) {
    return joined.select("q", "id").collectAsList().stream()
        .map(row -> row.get(0) + ":" + row.get(1))
        .collect(Collectors.toSet());
  }

  static double recall(Dataset<Row> joined, Dataset<Row> exact) {
    Set<String> truth = pairs(exact);
    Set<String> found = new HashSet<>(pairs(joined));
    found.retainAll(truth);
    return (double) found.size() / truth.size();
  }
}
