package dev.knit.spark;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.Dependency;
import org.apache.spark.NarrowDependency;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What is found for each block of rows in each group of segments: partitions group by group. Tasks
 * of a group are best run by the same executors, join after join, which have its segments open.
 */
final class SearchGroupsRdd extends RDD<InternalRow> {
  private static final long serialVersionUID = 1;
  private final List<KnnJoinTask> groups;
  private final JoinMemory memory;
  private final transient List<String> executors;
  private transient RDD<InternalRow> blocks;

  /**
   * Searches.
   *
   * @param executors as Spark's scheduler calls them
   */
  SearchGroupsRdd(
      RDD<InternalRow> blocks,
      List<KnnJoinTask> groups,
      List<String> executors,
      JoinMemory memory) {
    super(
        blocks.context(),
        seq(List.<Dependency<?>>of(new Blocks(blocks, blocks.getNumPartitions()))),
        Sessions.tag(InternalRow.class));
    this.blocks = blocks;
    this.groups = new ArrayList<>(groups);
    this.executors = executors;
    this.memory = memory;
  }

  /** A block in a group. */
  private record Pair(int index, int group, Partition block) implements Partition {
    private static final long serialVersionUID = 1;
  }

  /** Each partition is of one block. */
  private static final class Blocks extends NarrowDependency<InternalRow> {
    private static final long serialVersionUID = 1;
    private final int count;

    Blocks(RDD<InternalRow> blocks, int count) {
      super(blocks);
      this.count = count;
    }

    @Override
    public Seq<Object> getParents(int partition) {
      return seq(List.of(partition % count));
    }
  }

  @Override
  public Partition[] getPartitions() {
    Partition[] of = blocks.partitions();
    Partition[] pairs = new Partition[groups.size() * of.length];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = new Pair(i, i / of.length, of[i % of.length]);
    }
    return pairs;
  }

  @Override
  @SuppressWarnings("unchecked")
  public Iterator<InternalRow> compute(Partition split, TaskContext context) {
    Pair pair = (Pair) split;
    RDD<InternalRow> parent = (RDD<InternalRow>) dependencies().head().rdd();
    java.util.Iterator<InternalRow> block =
        CollectionConverters.asJava(parent.iterator(pair.block(), context));
    KnnJoinTask task = groups.get(pair.group());
    if (block.hasNext()) {
      JoinAdmission.shared()
          .enter(task.segmentBytes(), memory.bytes(), context)
          .untilEndOf(context);
    }
    return CollectionConverters.asScala(new GroupIterator(task, block, pair.group() == 0));
  }

  @Override
  public Seq<String> getPreferredLocations(Partition split) {
    return seq(Executors.preferred(executors, ((Pair) split).group(), groups.size()));
  }

  @Override
  public void clearDependencies() {
    super.clearDependencies();
    blocks = null;
  }

  private static <T> Seq<T> seq(List<T> list) {
    return CollectionConverters.asScala(list).toSeq();
  }
}
