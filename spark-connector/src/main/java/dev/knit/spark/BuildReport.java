package dev.knit.spark;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.Serializable;
import java.util.List;

/**
 * What a build did.
 *
 * @param rows rows in the index
 * @param nodes nodes of its graph; rows with equal vectors share one
 * @param dimension length of a vector
 * @param partitioning {@code hash} or {@code cells}
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
    String partitioning,
    int partitions,
    List<Phase> phases,
    @JsonProperty("bytes_written") long bytesWritten,
    @JsonProperty("peak_heap_bytes") long peakHeapBytes) {
  /**
   * One phase.
   *
   * @param name {@code check} and {@code subgraphs}, and between and behind them by {@code hash}
   *     {@code merge}, by {@code cells} {@code division}, {@code pairs}, {@code selection}, {@code
   *     upper} and {@code links}
   * @param distanceComputations of all its tasks that counted
   * @param work what those were for, where tasks told
   * @param shuffleBytes that its tasks wrote for those of others
   * @param cpuSeconds of all its tasks, also of those that failed or were repeated
   * @param peakHeapBytes the most of any JVM up to the end of one of its tasks; 0 where none told
   */
  public record Phase(
      String name,
      double seconds,
      @JsonProperty("distance_computations") long distanceComputations,
      @JsonProperty("shuffle_bytes") long shuffleBytes,
      @JsonProperty("cpu_seconds") double cpuSeconds,
      @JsonProperty("peak_heap_bytes") long peakHeapBytes,
      Work work) {

    Phase plus(Phase more) {
      return new Phase(
          name,
          seconds + more.seconds,
          distanceComputations + more.distanceComputations,
          shuffleBytes + more.shuffleBytes,
          cpuSeconds + more.cpuSeconds,
          Math.max(peakHeapBytes, more.peakHeapBytes),
          work.plus(more.work));
    }
  }

  /**
   * Distance computations of a merge by purpose.
   *
   * @param search that looked for nearer nodes
   * @param selection that chose neighbors among those found
   * @param links that gave edges their way back, and made nodes reachable
   * @param jumps searches that had no hits of a neighbor to start from
   */
  public record Work(long search, long selection, long links, long jumps) implements Serializable {
    static final Work NONE = new Work(0, 0, 0, 0);

    long distances() {
      return search + selection + links;
    }

    Work plus(Work more) {
      return new Work(
          search + more.search, selection + more.selection, links + more.links, jumps + more.jumps);
    }
  }

  /** The phase of that name. */
  public Phase phase(String name) {
    return phases.stream().filter(phase -> phase.name().equals(name)).findFirst().orElseThrow();
  }
}
