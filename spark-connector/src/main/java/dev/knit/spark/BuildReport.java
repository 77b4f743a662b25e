package dev.knit.spark;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What a build did.
 *
 * @param rows rows in the index
 * @param nodes nodes of its graph; rows with equal vectors share one
 * @param dimension length of a vector
 * @param partitions how many parts the rows were put in; each that got some became a subgraph
 * @param phases what each phase cost, in order
 * @param bytesWritten of all files that the version refers to
 * @param peakHeapBytes an upper bound of the heap that any JVM that took part has had in use since
 *     it started: the sum of its pools' peaks
 */
public record BuildReport(
    long rows,
    long nodes,
    int dimension,
    int partitions,
    List<Phase> phases,
    @JsonProperty("bytes_written") long bytesWritten,
    @JsonProperty("peak_heap_bytes") long peakHeapBytes) {
  /**
   * One phase.
   *
   * @param name {@code check}, {@code subgraphs} or {@code merge}
   * @param distanceComputations of all its tasks that counted
   */
  public record Phase(
      String name,
      double seconds,
      @JsonProperty("distance_computations") long distanceComputations) {}

  /** The phase of that name. */
  public Phase phase(String name) {
    return phases.stream().filter(phase -> phase.name().equals(name)).findFirst().orElseThrow();
  }
}
