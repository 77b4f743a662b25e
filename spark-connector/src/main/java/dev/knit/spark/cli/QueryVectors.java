package dev.knit.spark.cli;

import static org.apache.spark.sql.functions.lit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.knit.spark.KnitIndex;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/** Vectors as a command line names them. */
final class QueryVectors {
  private QueryVectors() {}

  /** The vector of the row with that id. */
  static float[] ofRow(KnitIndex knit, String id) {
    String idColumn = knit.snapshot().schema().id().name();
    String vector = knit.snapshot().schema().vector();
    Dataset<Row> rows = knit.rows();
    List<Row> found =
        rows.filter(rows.col(idColumn).cast(DataTypes.StringType).equalTo(lit(id)))
            .select(vector)
            .collectAsList();
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "The index has no row whose %s is %s.".formatted(idColumn, id));
    }
    return Vectors.floats(found.get(0));
  }

  /** A vector written as {@code [1, 2, …]}. */
  static float[] parse(String text) {
    try {
      return new ObjectMapper().readValue(text, float[].class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "'%s' is no vector; write it as [1, 2, 3].".formatted(text), e);
    }
  }

  /** A vector if the text begins like one, else that of the row with this id. */
  static float[] of(KnitIndex knit, String text) {
    return text.startsWith("[") ? parse(text) : ofRow(knit, text);
  }
}
