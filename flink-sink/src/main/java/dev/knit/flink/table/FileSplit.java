package dev.knit.flink.table;

import org.apache.flink.api.connector.source.SourceSplit;

/**
 * One rows file of a version to read.
 *
 * @param segment place of the segment in the version
 * @param file place of the file in the segment
 * @param given how many of its rows have been given
 */
record FileSplit(long version, int segment, int file, long given) implements SourceSplit {
  @Override
  public String splitId() {
    return "%d-%d-%d".formatted(version, segment, file);
  }
}
