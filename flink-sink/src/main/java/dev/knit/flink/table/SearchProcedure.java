package dev.knit.flink.table;

import dev.knit.flink.TableAccess;
import dev.knit.table.Column;
import dev.knit.table.Hits;
import dev.knit.table.IndexSearcher;
import dev.knit.table.Segment;
import dev.knit.table.SegmentCache;
import dev.knit.table.SegmentInfo;
import dev.knit.table.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.ProcedureHint;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.procedure.ProcedureContext;
import org.apache.flink.table.procedures.Procedure;
import org.apache.flink.types.Row;

/** {@code CALL sys.search}: the rows nearest to a vector, without a job. */
public final class SearchProcedure implements Procedure {
  private final Procedures.Tables tables;

  SearchProcedure(Procedures.Tables tables) {
    this.tables = tables;
  }

  /** Runs in the client. The vector is a text of numbers with commas, brackets as you like. */
  @ProcedureHint(
      arguments = {
        @ArgumentHint(name = "table", type = @DataTypeHint("STRING")),
        @ArgumentHint(name = "vector", type = @DataTypeHint("STRING")),
        @ArgumentHint(name = "k", type = @DataTypeHint("INT"), isOptional = true),
        @ArgumentHint(name = "ef", type = @DataTypeHint("INT"), isOptional = true),
        @ArgumentHint(name = "exact", type = @DataTypeHint("BOOLEAN"), isOptional = true),
        @ArgumentHint(name = "version", type = @DataTypeHint("BIGINT"), isOptional = true)
      },
      output =
          @DataTypeHint(
              "ROW<id STRING, score DOUBLE, distance FLOAT, metadata MAP<STRING, STRING>>"))
  public Row[] call(
      ProcedureContext context,
      String table,
      String vector,
      Integer k,
      Integer ef,
      Boolean exact,
      Long version)
      throws IOException {
    TableAccess at = tables.of(Procedures.required("table", table));
    float[] query = vector(Procedures.required("vector", vector));
    Map<String, String> config = new LinkedHashMap<>();
    config.put("exact", String.valueOf(Boolean.TRUE.equals(exact)));
    if (ef != null) {
      config.put("ef", ef.toString());
    }
    Snapshot snapshot = Procedures.snapshot(at, version);
    return found(at, snapshot, query, k == null ? 10 : k, SearchConfig.of(config));
  }

  private static Row[] found(
      TableAccess at, Snapshot snapshot, float[] query, int k, SearchConfig config)
      throws IOException {
    List<Segment> segments = new ArrayList<>();
    SegmentCache cache = new SegmentCache(0);
    List<SegmentCache.Lease> leases = new ArrayList<>();
    try {
      for (SegmentInfo info : snapshot.segments()) {
        leases.add(cache.acquire(at.io(), at.path(), snapshot, info));
      }
      leases.forEach(lease -> segments.add(lease.segment()));
      IndexSearcher searcher = new IndexSearcher(segments);
      Hits hits =
          config.exact()
              ? searcher.searchExact(query, config.options(k))
              : searcher.search(query, config.options(k));
      return rows(snapshot, segments, hits);
    } finally {
      leases.forEach(SegmentCache.Lease::close);
      cache.clear();
    }
  }

  private static Row[] rows(Snapshot snapshot, List<Segment> segments, Hits hits) {
    Row[] rows = new Row[hits.size()];
    for (int rank = 0; rank < rows.length; rank++) {
      Segment segment = segments.get(hits.segment(rank));
      int row = hits.row(rank);
      float distance = hits.distance(rank);
      double score = SearchConfig.score(snapshot.params().metric(), distance);
      Map<String, String> metadata = metadata(snapshot.schema().metadata(), segment, row);
      rows[rank] = Row.of(segment.id(row).toString(), score, distance, metadata);
    }
    return rows;
  }

  private static Map<String, String> metadata(List<Column> columns, Segment segment, int row) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      Object value = segment.value(row, i);
      values.put(columns.get(i).name(), value == null ? null : value.toString());
    }
    return values;
  }

  private static float[] vector(String text) {
    String[] parts = text.replaceAll("[\\[\\]\\s]", "").split(",");
    float[] vector = new float[parts.length];
    for (int i = 0; i < parts.length; i++) {
      try {
        vector[i] = Float.parseFloat(parts[i]);
      } catch (NumberFormatException e) {
        throw new ValidationException(
            "vector ('%s') must be numbers with commas between them, as in '0.1, 0.2'; '%s' is none."
                .formatted(text, parts[i]),
            e);
      }
    }
    return vector;
  }
}
