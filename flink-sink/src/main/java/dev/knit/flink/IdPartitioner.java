package dev.knit.flink;

import org.apache.flink.api.common.functions.Partitioner;
import org.apache.flink.api.java.functions.KeySelector;

/** Has all records of one id go to one writer. */
final class IdPartitioner implements Partitioner<Integer> {
  private static final long serialVersionUID = 1;

  /** The hash of a record's id; whole numbers of all types alike. */
  record IdHash<T>(RecordMapper<T> mapper) implements KeySelector<T, Integer> {
    private static final long serialVersionUID = 1;

    @Override
    public Integer getKey(T record) {
      Object id = mapper.id(record);
      if (id == null) {
        return 0; // refused by whichever writer gets it
      }
      return id instanceof Number number ? Long.hashCode(number.longValue()) : id.hashCode();
    }
  }

  @Override
  public int partition(Integer hash, int partitions) {
    int mixed = hash * 0x9E3779B9; // so that ids with a common divisor spread
    return Math.floorMod(mixed ^ (mixed >>> 15), partitions);
  }
}
