package dev.knit.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** In tasks of a local session with two cores. */
class JoinAdmissionTest {
  private static final UUID A = UUID.randomUUID();
  private static final UUID B = UUID.randomUUID();
  private static final Map<UUID, Integer> OPEN = new ConcurrentHashMap<>(); // by how many tasks
  private static final AtomicLong MOST = new AtomicLong(); // different ones at a time
  private static volatile CountDownLatch both = new CountDownLatch(2);
  private final SparkSession spark = LocalSpark.session();

  private void run(Map<UUID, Long> first, Map<UUID, Long> second, long most, boolean together) {
    OPEN.clear();
    MOST.set(0);
    both = new CountDownLatch(2);
    new JavaSparkContext(Sessions.context(spark))
        .parallelize(java.util.List.of(0, 1, 0, 1, 0, 1), 6)
        .foreachPartition(
            numbers -> {
              Map<UUID, Long> segments = numbers.next() == 0 ? first : second;
              TaskContext task = TaskContext.get();
              JoinAdmission.shared().enter(segments, most, task).untilEndOf(task);
              segments.keySet().forEach(segment -> OPEN.merge(segment, 1, Integer::sum));
              MOST.accumulateAndGet(OPEN.size(), Math::max);
              both.countDown();
              if (together) {
                both.await(); // which would take forever if one waited for the other
              } else {
                Thread.sleep(20);
              }
              segments.keySet().forEach(s -> OPEN.compute(s, (k, n) -> n == 1 ? null : n - 1));
            });
  }

  @Test
  void segmentsThatDoNotFitTogetherAreOpenOneAfterAnother() {
    run(Map.of(A, 60L), Map.of(B, 60L), 100, false);

    assertThat(MOST).hasValue(1);
  }

  @Test
  void segmentsThatFitAreOpenTogether() {
    run(Map.of(A, 60L), Map.of(B, 40L), 100, true);

    assertThat(MOST).hasValue(2);
  }

  @Test
  void tasksShareASegmentHoweverLargeItIs() {
    run(Map.of(A, 500L), Map.of(A, 500L), 100, true);

    assertThat(both.getCount()).isZero();
  }
}
