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
}
