package dev.knit.spark;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Has tasks wait that would open more segments than fit into memory beside those of others. A task
 * enters with all that it needs at a time, so none waits for another that waits. Safe for use by
 * many threads.
 */
final class JoinAdmission {
  private static final JoinAdmission SHARED = new JoinAdmission();
  private static final long LOOKED_AFTER_MS = 200; // whether the task was killed meanwhile

  private final Map<UUID, Used> used = new HashMap<>();

  /** What tasks of this process have entered with. */
  static JoinAdmission shared() {
    return SHARED;
  }

  private record Used(long bytes, int tasks) {}

  /** Segments that someone has entered with, until he leaves; leaving again does nothing. */
  final class Entered implements AutoCloseable {
    private Map<UUID, Long> segments;

    private Entered(Map<UUID, Long> segments) {
      this.segments = segments;
    }

    /** Leaves when a task ends. */
    void untilEndOf(TaskContext task) {
      task.addTaskCompletionListener((TaskCompletionListener) ended -> close());
    }

    @Override
    public void close() {
      synchronized (JoinAdmission.this) {
        leave(segments);
        segments = Map.of();
      }
    }
  }

  /**
   * Waits until segments fit, which they also do when others have opened them or nobody has opened
   * any.
   *
   * @param segments bytes in memory
   * @param most bytes of all that are open
   * @param task that waits, which may be killed meanwhile; null outside of tasks
   */
  synchronized Entered enter(Map<UUID, Long> segments, long most, TaskContext task) {
    while (!fits(segments, most)) {
      try {
        wait(LOOKED_AFTER_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Interrupted while waiting for memory.", e);
      }
      if (task != null) {
        task.killTaskIfInterrupted();
      }
    }
    segments.forEach(
        (segment, bytes) ->
            used.merge(
                segment, new Used(bytes, 1), (before, one) -> new Used(bytes, before.tasks + 1)));
    return new Entered(segments);
  }

  private boolean fits(Map<UUID, Long> segments, long most) {
    long open = used.values().stream().mapToLong(Used::bytes).sum();
    long more =
        segments.entrySet().stream()
            .filter(segment -> !used.containsKey(segment.getKey()))
            .mapToLong(Map.Entry::getValue)
            .sum();
    return more == 0 || open == 0 || open + more <= most;
  }

  private void leave(Map<UUID, Long> segments) {
    for (UUID segment : segments.keySet()) {
      used.computeIfPresent(
          segment,
          (same, before) -> before.tasks == 1 ? null : new Used(before.bytes, before.tasks - 1));
    }
    notifyAll();
  }
}
