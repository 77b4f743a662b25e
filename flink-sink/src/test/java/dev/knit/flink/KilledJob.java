package dev.knit.flink;

import dev.knit.io.FileIO;
import dev.knit.io.HadoopFileIO;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * A job and the whole cluster that runs it, in a JVM that is killed: it goes on from the last
 * checkpoint that the one before has completed. At a place that is asked for it stops and makes the
 * file {@code held}, so that it is killed there.
 */
final class KilledJob {
  static final long CHANGES = 12_000;
  static final int WRITERS = 2;
  private static final int PACE = 4;

  /** Where it stops. */
  enum Place {
    BEFORE_MANIFEST,
    AFTER_MANIFEST,
    SEGMENT_FILE,
    NOWHERE
  }

  private KilledJob() {}

  /** Takes a directory, a seed, a place, and how often it is passed before the job stops there. */
  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    ChangeLog log = log(Long.parseLong(args[1]));
    TableAccess table =
        TableAccess.of(
            table(directory).path(),
            new Holding(args[0], Place.valueOf(args[2]), Integer.parseInt(args[3])));
    Path checkpoints = Files.createDirectories(directory.resolve("checkpoints"));
    SinkJob job =
        SinkJob.of(SinkJob.<Long>sink(table, log).build(), CHANGES, PACE, WRITERS)
            .withCheckpointsIn(checkpoints.toUri().toString());
    Optional<Path> last = last(checkpoints);
    System.out.println("from " + last);
    (last.isPresent() ? job.from(last.get().toUri().toString(), WRITERS) : job).run();
  }

  static ChangeLog log(long seed) {
    return new ChangeLog(seed, 300);
  }

  static TableAccess table(Path directory) {
    return TableAccess.of(directory.resolve("table").toString());
  }

  /** The newest checkpoint that is complete. Jobs go on counting where the one before has ended. */
  private static Optional<Path> last(Path checkpoints) throws IOException {
    try (Stream<Path> files = Files.walk(checkpoints, 3)) {
      return files
          .filter(file -> file.endsWith("_metadata"))
          .map(Path::getParent)
          .max(Comparator.comparingInt(KilledJob::number));
    }
  }

  private static int number(Path checkpoint) {
    return Integer.parseInt(checkpoint.getFileName().toString().substring("chk-".length()));
  }

  /** A local storage whose user stops at a place. */
  private record Holding(String directory, Place place, int passes) implements Storage {
    private static final long serialVersionUID = 1;
    private static final AtomicInteger PASSED = new AtomicInteger();

    @Override
    public FileIO open() {
      FileIO files = new HadoopFileIO(new Configuration());
      return (FileIO)
          Proxy.newProxyInstance(
              FileIO.class.getClassLoader(),
              new Class<?>[] {FileIO.class},
              (proxy, method, arguments) -> {
                String file = arguments[0].toString();
                boolean manifest =
                    method.getName().equals("createIfAbsent") && file.contains("/_knit/log/");
                at(Place.BEFORE_MANIFEST, manifest);
                at(Place.SEGMENT_FILE, method.getName().equals("create"));
                try {
                  return method.invoke(files, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                } finally {
                  at(Place.AFTER_MANIFEST, manifest);
                }
              });
    }

    private void at(Place here, boolean there) throws IOException, InterruptedException {
      if (there && here == place && PASSED.getAndIncrement() == passes) {
        Files.createFile(Path.of(directory, "held"));
        Thread.sleep(Long.MAX_VALUE);
      }
    }
  }
}
