package dev.knit.spark.sql;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a MERGE on (id, v, name, part) leaves, as a query on an outer join of {@code t} and s. */
final class MergeModel {
  private static final List<String> COLUMNS = List.of("id", "v", "name", "part");
  private static final Pattern CLAUSE =
      Pattern.compile("when (not matched by source|not matched|matched)(?: and (.*?))? then (.*)");

  /** A row of the join, by where it is from. */
  private static final Map<String, String> SIDES =
      Map.of(
          "matched", "t.id is not null and s.id is not null",
          "not matched", "t.id is null",
          "not matched by source", "s.id is null");

  private final List<String> kept = new ArrayList<>();
  private final Map<String, StringBuilder> values = new LinkedHashMap<>();

  MergeModel(String... clauses) {
    COLUMNS.forEach(column -> values.put(column, new StringBuilder("case")));
    for (String clause : clauses) {
      Matcher parts = CLAUSE.matcher(clause);
      if (!parts.matches()) {
        throw new IllegalArgumentException(clause);
      }
      String more = parts.group(2) == null ? "" : " and " + parts.group(2);
      add("coalesce(" + SIDES.get(parts.group(1)) + more + ", false)", parts.group(3));
    }
  }

  private void add(String condition, String action) {
    kept.add("when %s then %s".formatted(condition, !action.equals("delete")));
    for (String column : COLUMNS) {
      values.get(column).append(" when %s then %s".formatted(condition, value(column, action)));
    }
  }

  private static String value(String column, String action) {
    if (action.endsWith("*")) {
      return "s." + column;
    }
    if (action.startsWith("insert")) {
      Matcher lists = Pattern.compile("insert \\((.*)\\) values \\((.*)\\)").matcher(action);
      lists.matches();
      int at = List.of(lists.group(1).split(", ")).indexOf(column);
      return at < 0 ? "null" : lists.group(2).split(", ")[at];
    }
    Matcher set =
        Pattern.compile("(?:set |, )(?:t\\.)?%s = ([^,]*)".formatted(column)).matcher(action);
    return set.find() ? set.group(1) : "t." + column;
  }

  String sql(String source) {
    List<String> columns = new ArrayList<>();
    values.forEach(
        (column, cases) -> columns.add("%s else t.%s end as %s".formatted(cases, column, column)));
    return "select %s from t full outer join (%s) s on t.id = s.id where case %s else t.id is not null end"
        .formatted(String.join(", ", columns), source, String.join(" ", kept));
  }
}
