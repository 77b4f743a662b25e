package dev.knit.spark.sql;

import dev.knit.vector.Metric;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Queries at random, over a table {@code DOCS} of which indexes exist, and {@code queries}. */
final class QueryGenerator {
  private final Random random;
  private final List<float[]> vectors;

  /** A query, for which metric its index is, and whether its rows have an order. */
  record Query(String sql, Metric metric, boolean ordered) {}

  QueryGenerator(long seed, List<float[]> vectors) {
    this.random = new Random(seed);
    this.vectors = vectors;
  }

  Query next() {
    Metric metric = any(Metric.L2, Metric.COSINE, Metric.INNER_PRODUCT);
    return random.nextInt(4) == 0 ? topN(metric) : nearestBy(metric);
  }

  private Query topN(Metric metric) {
    String vector = SqlTables.array(vectors.get(random.nextInt(vectors.size())));
    boolean similarity = random.nextBoolean();
    String ranking = ranking(metric, similarity, "v", vector);
    String order = " order by " + ranking + (similarity ? " desc" : "");
    String limit = " limit " + (1 + random.nextInt(12)) + any("", "", " offset 3");
    String columns = any("id", "id, name", "*", "part + 1 as p, id", "id, size(v)", "v, id");
    String rows = any("DOCS", "(select * from DOCS where " + condition() + ")");
    String sql = "select " + columns + " from " + rows + where() + order + limit;
    String around =
        any("%s", "%s", "select count(*) from (%s)", "select * from (%s) where id %% 3 = 0");
    return new Query(
        around.formatted(sql.replace("%", "%%")).replace("%%", "%"), metric, around.equals("%s"));
  }

  private Query nearestBy(Metric metric) {
    boolean similarity = random.nextBoolean();
    String direction = similarity ? "similarity " : "distance ";
    String join =
        left(metric)
            + any(" join ", " inner join ", " left join ", " left outer join ")
            + right()
            + any(" approx", " exact")
            + any(" nearest ", " nearest " + (1 + random.nextInt(12)) + " ")
            + "by "
            + direction
            + ranking(metric, similarity, "d.w", any("q.qv", "q.qv", "q.qv", constant()));
    String sql =
        any(
            "select q.q, d.i from " + join,
            "select q.q, d.i, d.p, d.n from " + join + above(),
            "select * from " + join,
            "select d.w, d.i from " + join + above(),
            "select d.p, count(*), sum(q.q) from " + join + above() + " group by d.p",
            "select count(*) from " + join,
            "select q.q, e.name from " + join + " join (select id, name from DOCS) e on e.id = d.i",
            "select distinct d.i from " + join + above());
    return new Query(sql, metric, false);
  }

  private String constant() {
    return SqlTables.array(vectors.get(random.nextInt(vectors.size())));
  }

  private String left(Metric metric) {
    String zeros = // other metrics know no difference between rows there
        "(select q, if(q = 2, array_repeat(0f, 12), qv) as qv from queries where q < 6) q";
    return any(
        metric == Metric.COSINE ? zeros : "queries q",
        "queries q",
        "(select q, qv from queries where q % 2 = 0) q",
        "(select q, if(q % 3 = 1, null, qv) as qv from queries) q",
        "(select q + 100 as q, transform(qv, x -> x) as qv from queries where q > 4) q",
        "(select q, qv from queries where q < 0) q",
        "(select q, qv from queries union all select q + 50, qv from queries where q < 3) q");
  }

  private String right() {
    String columns =
        any(
            "id as i, v as w, part as p, name as n",
            "v as w, id as i, part + 1 as p, upper(name) as n",
            "id as i, v as w, coalesce(part, 0) as p, cast(id as string) as n");
    String rows = any("DOCS", "DOCS" + where(), "(select * from DOCS" + where() + ")" + where());
    String right = "(select " + columns + " from " + rows + ") d";
    return any(right, right, "(select * from " + right + " where p < 60) d");
  }

  private String where() {
    return any("", " where " + condition());
  }

  private String above() {
    return any("", "", " where q.q < 5", " where d.p > 20", " where q.q % 2 = 1 and d.i > 40");
  }

  private String condition() {
    String simple =
        any(
            "part < " + random.nextInt(100),
            "id % 3 = " + random.nextInt(3),
            "name like '%" + random.nextInt(10) + "'",
            "part in (1, 5, 9, 13, 17, 40, 41, 42)",
            "name is not null",
            "id between 50 and " + (50 + random.nextInt(200)),
            "length(name) > 6",
            "part = " + random.nextInt(100),
            "case when part > 50 then id > 100 else true end");
    return switch (random.nextInt(4)) {
      case 0 -> "(" + simple + " and " + condition() + ")";
      case 1 -> "(" + simple + " or not " + condition() + ")";
      default -> simple;
    };
  }

  /** An expression that orders by the metric. */
  private String ranking(Metric metric, boolean similarity, String column, String query) {
    List<String> arguments = new ArrayList<>(List.of(column, query));
    if (random.nextBoolean()) {
      Collections.reverse(arguments);
    }
    String call =
        "vector_%s(%s)"
            .formatted(
                switch (metric) {
                  case COSINE -> "cosine_similarity";
                  case INNER_PRODUCT -> "inner_product";
                  default -> "l2_distance";
                },
                String.join(", ", arguments));
    boolean plain = similarity == (metric != Metric.L2);
    return plain
        ? any(call, "cast(" + call + " as double)", "-(-" + call + ")")
        : any("-" + call, "1 - " + call, "1.0d - " + call, "-cast(" + call + " as double)");
  }

  @SafeVarargs
  private <T> T any(T... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
