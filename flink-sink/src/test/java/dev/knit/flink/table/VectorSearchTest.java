package dev.knit.flink.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.knit.vector.Metric;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * VECTOR_SEARCH in the shapes that Flink 2.3 plans, and in those it does not: messages of Flink are
 * asserted loosely, so that a test tells when a later Flink can do more.
 */
class VectorSearchTest {
  @RegisterExtension static final MiniClusterExtension CLUSTER = SqlCluster.extension();
  @TempDir static Path directory;
  private static Docs docs;

  @BeforeAll
  static void make() throws Exception {
    docs = Docs.make(directory.resolve("docs"), Metric.L2, 150, 40);
    docs.delete(41L);
  }

  @AfterAll
  static void nothingIsLeftOpen() {
    assertThat(ServedTable.openTables()).isZero();
    assertThat(ServedVersion.openBytes()).isZero();
  }

  private static TableEnvironment sql(boolean streaming) {
    TableEnvironment sql = SqlCluster.of(streaming);
    sql.executeSql(docs.ddl("docs"));
    sql.executeSql(
        "CREATE TEMPORARY VIEW q AS SELECT * FROM (VALUES (1, %s), (2, %s)) AS v(qid, qv)"
            .formatted(Docs.sql(20), Docs.sql(40)));
    return sql;
  }

  private static final String SEARCH =
      "LATERAL TABLE(VECTOR_SEARCH(TABLE docs, DESCRIPTOR(embedding), q.qv, 3%s))";

  @ParameterizedTest
  @CsvSource({"true,true", "true,false", "false,true", "false,false"})
  void correlated(boolean streaming, boolean async) {
    String config = ", MAP['async', '%s']".formatted(async);

    List<String> found =
        SqlCluster.sorted(
            sql(streaming), "SELECT qid, id, name FROM q, " + SEARCH.formatted(config));

    assertThat(found)
        .containsExactly(
            "+I[1, 19, doc 19]",
            "+I[1, 20, doc 20]",
            "+I[1, 21, doc 21]",
            "+I[2, 39, doc 39]",
            "+I[2, 40, doc 40]",
            "+I[2, 42, doc 42]");
  }

  /** Nearest first, the vector as it is stored, the score last. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void constant(boolean streaming) {
    TableEnvironment sql = sql(streaming);
    String search = "VECTOR_SEARCH(TABLE docs, DESCRIPTOR(embedding), %s, 4)";

    assertThat(
            SqlCluster.rows(
                sql,
                "SELECT id, score = 1, embedding[3] FROM "
                    + search.formatted(Docs.sql(30))
                    + " AS r WHERE score > 0.5 AND id <> 31"))
        .startsWith("+I[30, true, 0.03]")
        .hasSize(3);
  }

  @Test
  void namedArguments() {
    assertThat(
            SqlCluster.sorted(
                sql(false),
                "SELECT qid, id FROM q, LATERAL TABLE(VECTOR_SEARCH(SEARCH_TABLE => TABLE docs, COLUMN_TO_SEARCH => DESCRIPTOR(embedding), COLUMN_TO_QUERY => q.qv, TOP_K => 1, CONFIG => MAP['ef', '20']))"))
        .containsExactly("+I[1, 20]", "+I[2, 40]");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void filtersHoldBeforeTheSearch(boolean async) {
    String search =
        "LATERAL TABLE(VECTOR_SEARCH((SELECT id, embedding FROM docs WHERE %s), DESCRIPTOR(embedding), q.qv, 2, MAP['async', '%s']))";
    TableEnvironment sql = sql(true);

    assertThat(found(sql, search.formatted("id > 100", async)))
        .containsExactly("+I[1, 101]", "+I[1, 102]", "+I[2, 101]", "+I[2, 102]");
    assertThat(found(sql, search.formatted("name LIKE '%5' AND id < 60", async)))
        .containsExactly("+I[1, 15]", "+I[1, 25]", "+I[2, 35]", "+I[2, 45]");
    assertThat(found(sql, search.formatted("id IN (1, 2) OR price IS NULL AND id < 30", async)))
        .containsExactly("+I[1, 10]", "+I[1, 20]", "+I[2, 10]", "+I[2, 20]");
    assertThat(found(sql, search.formatted("name = 'doc 7' AND id > 7", async))).isEmpty();
  }

  private static List<String> found(TableEnvironment sql, String search) {
    return SqlCluster.sorted(sql, "SELECT qid, id FROM q, " + search);
  }

  @Test
  void aStarWithAFilter() {
    assertThat(
            SqlCluster.sorted(
                sql(false),
                "SELECT qid, name FROM q, LATERAL TABLE(VECTOR_SEARCH((SELECT * FROM docs WHERE id BETWEEN 50 AND 60), DESCRIPTOR(embedding), q.qv, 1))"))
        .containsExactly("+I[1, doc 50]", "+I[2, doc 50]");
  }

  @Test
  void leftJoinKeepsQueriesThatFindNothing() {
    TableEnvironment sql = sql(true);
    sql.executeSql(
        "CREATE TEMPORARY VIEW few AS SELECT 1 AS qid, qv FROM q WHERE qid = 1 UNION ALL SELECT 3, CAST(NULL AS ARRAY<FLOAT>)");
    String join =
        "SELECT qid, id FROM few LEFT JOIN LATERAL TABLE(VECTOR_SEARCH(TABLE docs, DESCRIPTOR(embedding), few.qv, 1)) ON TRUE";

    assertThat(SqlCluster.sorted(sql, join)).containsExactly("+I[1, 20]", "+I[3, null]");
    assertThat(SqlCluster.sorted(sql, join.replace("LEFT JOIN", ",").replace(" ON TRUE", "")))
        .containsExactly("+I[1, 20]");
    assertThat(SqlCluster.sorted(sql, join + " WHERE score > 0.9")).containsExactly("+I[1, 20]");
  }

  @Test
  void predicatesWithAColumnOfTheQuery() {
    assertThat(
            SqlCluster.sorted(
                sql(true),
                "SELECT qid, id FROM q, " + SEARCH.formatted("") + " WHERE id > qid * 20"))
        .containsExactly("+I[1, 21]", "+I[2, 42]");
  }

  @Test
  void rankedByRowNumber() {
    assertThat(
            SqlCluster.sorted(
                sql(false),
                "SELECT qid, id FROM (SELECT qid, id, ROW_NUMBER() OVER (PARTITION BY qid ORDER BY score DESC) AS n FROM q, "
                    + SEARCH.formatted("")
                    + ") WHERE n = 1"))
        .containsExactly("+I[1, 20]", "+I[2, 40]");
  }

  @Test
  void metadataColumnsAndDynamicOptions() throws Exception {
    TableEnvironment sql = sql(false);
    sql.executeSql(
        "CREATE TABLE m (id BIGINT, embedding ARRAY<FLOAT>, v BIGINT METADATA FROM 'version' VIRTUAL) WITH ('connector' = 'knit', 'path' = '"
            + docs.path
            + "')");
    String search =
        "SELECT id, v FROM q, LATERAL TABLE(VECTOR_SEARCH((SELECT * FROM m%s), DESCRIPTOR(embedding), q.qv, 1))";

    long newest = docs.snapshot().version();
    assertThat(SqlCluster.sorted(sql, search.formatted("")))
        .containsExactly("+I[20, %d]".formatted(newest), "+I[40, %d]".formatted(newest));
    assertThat(SqlCluster.sorted(sql, search.formatted(" /*+ OPTIONS('scan.version' = '2') */")))
        .containsExactly("+I[20, 2]", "+I[40, 2]");
  }

  /** What Flink 2.3 itself does not plan. */
  @ParameterizedTest
  @MethodSource("notPlanned")
  void shapesThatFlinkDoesNotPlan(String query) {
    TableEnvironment sql = sql(true);

    assertThatThrownBy(() -> sql.explainSql(query)).isInstanceOf(Exception.class);
  }

  static Stream<String> notPlanned() {
    String part =
        "LATERAL TABLE(VECTOR_SEARCH((SELECT %s FROM docs WHERE %s), DESCRIPTOR(embedding), q.qv, 3))";
    return Stream.of(
        "SELECT qid, id FROM q, " + SEARCH.formatted("") + " AS r",
        "SELECT qid, id FROM q, " + SEARCH.formatted("") + " WHERE score > 0.8",
        "SELECT qid, id FROM q, " + SEARCH.formatted("") + " WHERE id > 20",
        "SELECT qid, id FROM q, " + part.formatted("*", "name = 'doc 7'"),
        "SELECT qid, id FROM q, " + part.formatted("id, embedding", "MOD(id, 2) = 0"),
        "SELECT qid, id FROM q, " + part.formatted("id, embedding", "id > q.qid"),
        "SELECT qid, id FROM q, LATERAL TABLE(VECTOR_SEARCH(TABLE docs, DESCRIPTOR(embedding), CAST(q.qv AS ARRAY<FLOAT>), 3))",
        "SELECT qid, id FROM q, LATERAL TABLE(VECTOR_SEARCH(TABLE docs /*+ OPTIONS('scan.version' = '1') */, DESCRIPTOR(embedding), q.qv, 3))",
        "SELECT n, id FROM (SELECT COUNT(*) AS n, qv FROM q GROUP BY qv) q, "
            + SEARCH.formatted(""),
        "SELECT id FROM VECTOR_SEARCH(TABLE docs, DESCRIPTOR(embedding), CAST(ARRAY[1, 2, 3] AS ARRAY<DOUBLE>), 3)",
        "SELECT id FROM VECTOR_SEARCH(TABLE docs, DESCRIPTOR(name), %s, 3)".formatted(Docs.sql(1)));
  }

  /** Flink 2.3 does not cast the query: its bits must not be taken for floats. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ARRAY[0.1, 0.2, 0.3]",
        "ARRAY[1, 2, 3]",
        "ARRAY[1, -2, 0]",
        "CAST(ARRAY[1, 2, 3] AS ARRAY<BIGINT>)",
        "CAST(ARRAY[1, 2, 3] AS ARRAY<SMALLINT>)",
        "CAST(ARRAY[1, 2, 3] AS ARRAY<TINYINT>)"
      })
  void queriesThatAreNoFloatsAreRefused(String query) {
    TableEnvironment sql = sql(true);
    String column = "(SELECT * FROM (VALUES (1, %s)) AS v(qid, qv)) q".formatted(query);

    assertThatThrownBy(
            () -> SqlCluster.rows(sql, "SELECT id FROM " + column + ", " + SEARCH.formatted("")))
        .hasStackTraceContaining("CAST(... AS ARRAY<FLOAT>)");
    assertThatThrownBy(
            () ->
                SqlCluster.rows(
                    sql,
                    "SELECT id FROM VECTOR_SEARCH(TABLE docs, DESCRIPTOR(embedding), "
                        + query
                        + ", 3)"))
        .hasStackTraceContaining("CAST(... AS ARRAY<FLOAT>)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CAST(ARRAY[0.1, 0.2] AS ARRAY<FLOAT>) | has dimension 2, but 3 was expected",
        "CAST(ARRAY[0.1, NULL, 0.2] AS ARRAY<FLOAT>) | has null at position 1",
      })
  void queriesThatAreNoVectorsAreRefused(String query, String message) {
    TableEnvironment sql = sql(false);

    assertThatThrownBy(
            () ->
                SqlCluster.rows(
                    sql,
                    "SELECT id FROM VECTOR_SEARCH(TABLE docs, DESCRIPTOR(embedding), "
                        + query
                        + ", 3)"))
        .hasStackTraceContaining("Query for index 'file:")
        .hasStackTraceContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'eff', '100' | has no CONFIG key 'eff'",
        "'ef', '0' | ef ('0') must be a whole number of at least 1",
        "'ef', 'wide' | ef ('wide') must be a whole number",
        "'exact', 'yes' | exact ('yes') must be true or false",
        "'min-score', 'high' | min-score ('high') must be a number",
        "'max-distance', 'NaN' | max-distance ('NaN') must be a number",
      })
  void configIsChecked(String config, String message) {
    TableEnvironment sql = sql(true);

    assertThatThrownBy(
            () -> sql.explainSql("SELECT id FROM q, " + SEARCH.formatted(", MAP[" + config + "]")))
        .hasStackTraceContaining(message);
  }

  @ParameterizedTest
  @CsvSource({"L2", "L1", "COSINE", "INNER_PRODUCT"})
  void scoresAreAsDocumented(Metric metric) throws Exception {
    Docs own = Docs.make(directory.resolve(metric.id()), metric, 100);
    TableEnvironment sql = SqlCluster.batch();
    sql.executeSql(own.ddl("docs"));
    String search =
        "SELECT id, score FROM VECTOR_SEARCH(TABLE docs, DESCRIPTOR(embedding), %s, 100, MAP['exact', 'true'%s])";

    List<String> found = SqlCluster.rows(sql, search.formatted(Docs.sql(30), ""));

    assertThat(found).hasSize(100);
    double before = Double.POSITIVE_INFINITY;
    for (String row : found) {
      String[] fields = row.substring(3, row.length() - 1).split(", ");
      double score = Double.parseDouble(fields[1]);
      assertThat(score)
          .as(row)
          .isCloseTo(score(metric, 30, Integer.parseInt(fields[0])), within(1e-5))
          .isLessThanOrEqualTo(before);
      before = score;
    }
    double least = score(metric, 30, 50);
    assertThat(
            SqlCluster.rows(
                sql, search.formatted(Docs.sql(30), ", 'min-score', '" + (least - 1e-5) + "'")))
        .hasSizeBetween(21, 60)
        .anyMatch(row -> row.startsWith("+I[50, "))
        .noneMatch(row -> row.startsWith("+I[99, ") && metric != Metric.INNER_PRODUCT);
  }

  private static double score(Metric metric, int query, int id) {
    float[] a = Docs.vector(query);
    float[] b = Docs.vector(id);
    double dot = 0;
    double l1 = 0;
    double l2 = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      dot += a[i] * b[i];
      aa += a[i] * a[i];
      bb += b[i] * b[i];
      l1 += Math.abs(a[i] - b[i]);
      l2 += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return switch (metric) {
      case COSINE -> dot / Math.sqrt(aa * bb);
      case INNER_PRODUCT -> dot;
      case L1 -> 1 / (1 + l1);
      case L2 -> 1 / (1 + Math.sqrt(l2));
    };
  }

  @Test
  void maxDistanceLeavesOutWhatIsFar() {
    assertThat(
            SqlCluster.sorted(
                sql(true),
                "SELECT qid, id FROM q, " + SEARCH.formatted(", MAP['max-distance', '0.001']")))
        .containsExactly("+I[1, 20]", "+I[2, 40]");
  }

  @Test
  void withoutAnIndexThereIsAClearError() {
    TableEnvironment sql = SqlCluster.batch();
    sql.executeSql(new Docs(directory.resolve("none"), Metric.L2).ddl("absent"));

    assertThatThrownBy(() -> sql.executeSql("SELECT * FROM absent"))
        .hasStackTraceContaining("is no Knit index")
        .hasStackTraceContaining("The first INSERT makes a table");
  }
}
