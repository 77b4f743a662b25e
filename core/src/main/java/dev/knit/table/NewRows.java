package dev.knit.table;

import dev.knit.vector.VectorCheck;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows to insert into a live index, checked, from the highest level to the lowest. Of rows with the
 * same id there is only the last.
 *
 * @param levels of the nodes that rows with new vectors make
 */
record NewRows(Object[] ids, float[][] vectors, byte[] levels) {

  /**
   * Checks rows.
   *
   * @throws IllegalArgumentException naming the row when an id or a vector is not fit for the index
   */
  static NewRows of(TableSchema schema, IndexParams params, List<?> ids, float[][] vectors) {
    if (ids.size() != vectors.length) {
      throw new IllegalArgumentException(
          "There are %d ids for %d vectors.".formatted(ids.size(), vectors.length));
    }
    Map<Object, Integer> newest = new HashMap<>();
    for (int row = 0; row < ids.size(); row++) {
      Object id = RowIds.of(schema.id(), ids.get(row));
      check(schema, params, id, vectors[row]);
      newest.put(id, row);
    }
    List<Map.Entry<Object, Integer>> order = new ArrayList<>(newest.entrySet());
    order.sort(Map.Entry.comparingByValue());
    return new NewRows(
            order.stream().map(Map.Entry::getKey).toArray(),
            order.stream().map(entry -> vectors[entry.getValue()]).toArray(float[][]::new),
            new byte[order.size()])
        .highestFirst(params);
  }

  int size() {
    return ids.length;
  }

  private NewRows highestFirst(IndexParams params) {
    int[] counts = new int[Byte.MAX_VALUE + 2];
    for (int i = 0; i < ids.length; i++) {
      levels[i] = RowIds.level(params.seed(), ids[i], params.m());
      counts[Byte.MAX_VALUE - levels[i] + 1]++;
    }
    for (int i = 1; i < counts.length; i++) {
      counts[i] += counts[i - 1];
    }
    NewRows sorted = new NewRows(new Object[size()], new float[size()][], new byte[size()]);
    for (int i = 0; i < ids.length; i++) {
      int place = counts[Byte.MAX_VALUE - levels[i]]++;
      sorted.ids[place] = ids[i];
      sorted.vectors[place] = vectors[i];
      sorted.levels[place] = levels[i];
    }
    return sorted;
  }

  private static void check(TableSchema schema, IndexParams params, Object id, float[] vector) {
    if (vector == null) {
      throw new IllegalArgumentException("The vector of row %s is null.".formatted(id));
    }
    String problem = VectorCheck.problem(vector, schema.dimension(), params.metric());
    if (problem != null) {
      throw new IllegalArgumentException("Vector of row %s %s".formatted(id, problem));
    }
  }
}
