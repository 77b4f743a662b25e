package dev.knit.spark.sql;

import dev.knit.spark.OpenSearch;
import java.util.List;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.metric.CustomSumMetric;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;

/** What a search that a scan stands for shows in Spark's UI. */
public final class ScanMetrics {
  private ScanMetrics() {}

  static CustomMetric[] all() {
    return new CustomMetric[] {
      new Distances(), new Hops(), new Fallbacks(), new CacheHits(), new OpenedBytes()
    };
  }

  /** Those of one index that was open, by the order of {@link #all}. */
  static long[] of(OpenSearch open) {
    return new long[] {
      open.distanceComputations(),
      open.hops(),
      open.exactFallbacks(),
      open.segmentsFoundOpen(),
      open.openedBytes()
    };
  }

  /** The values of a task that has opened indexes one after another. */
  static CustomTaskMetric[] sum(List<long[]> counts) {
    CustomMetric[] metrics = all();
    CustomTaskMetric[] values = new CustomTaskMetric[metrics.length];
    for (int i = 0; i < values.length; i++) {
      int number = i;
      values[i] = value(metrics[i], counts.stream().mapToLong(own -> own[number]).sum());
    }
    return values;
  }

  private static CustomTaskMetric value(CustomMetric metric, long value) {
    return new CustomTaskMetric() {
      @Override
      public String name() {
        return metric.name();
      }

      @Override
      public long value() {
        return value;
      }
    };
  }

  /** Sums by a name; Spark makes its subclasses by reflection, so they are public. */
  abstract static class Sum extends CustomSumMetric {
    private final String name;
    private final String description;

    Sum(String name, String description) {
      this.name = name;
      this.description = description;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String description() {
      return description;
    }
  }

  /** Distances that were computed. */
  public static final class Distances extends Sum {
    /** Made by Spark. */
    public Distances() {
      super("distanceComputations", "distance computations");
    }
  }

  /** Nodes that walks expanded. */
  public static final class Hops extends Sum {
    /** Made by Spark. */
    public Hops() {
      super("hops", "hops");
    }
  }

  /** Searches by a graph that measured all allowed rows instead. */
  public static final class Fallbacks extends Sum {
    /** Made by Spark. */
    public Fallbacks() {
      super("exactFallbacks", "exact fallbacks");
    }
  }

  /** Segments that were open already. */
  public static final class CacheHits extends Sum {
    /** Made by Spark. */
    public CacheHits() {
      super("cacheHits", "segments found open");
    }
  }

  /** Bytes of segments that were opened. */
  public static final class OpenedBytes extends Sum {
    /** Made by Spark. */
    public OpenedBytes() {
      super("openedBytes", "bytes of opened segments");
    }
  }
}
