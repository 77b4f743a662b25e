package dev.knit.flink;

import dev.knit.io.FileIO;
import dev.knit.io.HadoopFileIO;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;

/** Makes tasks of this JVM die at random places, a number of times. One test at a time uses it. */
final class Faults {
  /** Where a task dies. */
  enum Place {
    RECORD,
    SNAPSHOT,
    AFTER_SNAPSHOT,
    SEGMENT_FILE,
    SEGMENT_WRITTEN,
    BEFORE_MANIFEST,
    AFTER_MANIFEST,
    AFTER_COMPLETION
  }

  private static Random random = new Random(0);
  private static int left;
  private static final Map<Place, Integer> DEATHS = new EnumMap<>(Place.class);

  private Faults() {}

  /** A task was killed. Not what storages throw, so that nobody tries again. */
  static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;

    Killed(Place place) {
      super("killed at " + place);
    }
  }

  static synchronized void arm(long seed, int count) {
    random = new Random(seed);
    left = count;
    DEATHS.clear();
  }

  static synchronized Map<Place, Integer> deaths() {
    return Map.copyOf(DEATHS);
  }

  static synchronized int count() {
    return DEATHS.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Dies once in so many calls. */
  static synchronized void at(Place place, int oneIn) {
    if (left > 0 && random.nextInt(oneIn) == 0) {
      left--;
      DEATHS.merge(place, 1, Integer::sum);
      throw new Killed(place);
    }
  }

  /** A local storage on which tasks die. */
  record DeadlyStorage() implements Storage {
    private static final long serialVersionUID = 1;

    @Override
    public FileIO open() {
      FileIO files = new HadoopFileIO(new Configuration());
      return (FileIO)
          Proxy.newProxyInstance(
              FileIO.class.getClassLoader(),
              new Class<?>[] {FileIO.class},
              (proxy, method, arguments) -> {
                boolean manifest =
                    method.getName().equals("createIfAbsent")
                        && ((String) arguments[0]).contains("/_knit/log/");
                boolean segment = method.getName().equals("create");
                if (manifest) {
                  at(Place.BEFORE_MANIFEST, 8);
                }
                if (segment) {
                  at(Place.SEGMENT_FILE, 40);
                }
                Object result;
                try {
                  result = method.invoke(files, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
                if (manifest) {
                  at(Place.AFTER_MANIFEST, 8);
                }
                return segment ? deadly((OutputStream) result) : result;
              });
    }

    private static OutputStream deadly(OutputStream file) {
      return new java.io.FilterOutputStream(file) {
        @Override
        public void write(byte[] bytes, int from, int count) throws java.io.IOException {
          out.write(bytes, from, count);
        }

        @Override
        public void close() throws java.io.IOException {
          super.close();
          at(Place.SEGMENT_WRITTEN, 60);
        }
      };
    }
  }
}
