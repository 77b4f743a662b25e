package dev.knit.flink;

import java.io.Serializable;

/**
 * How a sink writes; see {@link KnitSinkBuilder}.
 *
 * @param segmentRows after so many rows a segment is sealed before the checkpoint
 * @param segmentBytes after so many bytes of memory, too
 * @param compaction of the table after commits; null for none
 * @param overwrite whether the rows take the place of all there are, in one version at the end
 */
record SinkOptions(
    int segmentRows, long segmentBytes, CompactionOptions compaction, boolean overwrite)
    implements Serializable {
  private static final long serialVersionUID = 1;
}
