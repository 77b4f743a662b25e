package dev.knit.table;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * What a graph file belongs to.
 *
 * @param graph the graph, which all of its files name
 * @param params how the graph was built; m is that of the graph
 * @param dimension floats in a vector
 */
public record GraphOrigin(UUID graph, IndexParams params, int dimension) {

  /** Of a graph that follows from its parameters and these files: equal ones have equal names. */
  public static GraphOrigin of(
      IndexParams params, int dimension, List<? extends StoredFile> files) {
    StringBuilder content = new StringBuilder("%s %d".formatted(params, dimension));
    for (StoredFile file : files) {
      content.append(" %d:%08x".formatted(file.bytes(), file.crc32c()));
    }
    byte[] name = content.toString().getBytes(StandardCharsets.UTF_8);
    return new GraphOrigin(UUID.nameUUIDFromBytes(name), params, dimension);
  }

  /** What keeps the graph from being one of an index, or null. */
  String difference(IndexParams index, int indexDimension) {
    boolean same =
        params.m() == index.m() && params.metric() == index.metric() && dimension == indexDimension;
    return same
        ? null
        : "its graph has m %d, metric %s and dimension %d, but the index has %d, %s and %d"
            .formatted(
                params.m(),
                params.metric().id(),
                dimension,
                index.m(),
                index.metric().id(),
                indexDimension);
  }
}
