package dev.knit.spark.sql;

import dev.knit.spark.OpenSearch;
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

  /** The values of a task. */
  static CustomTaskMetric[] of(OpenSearch open) {
    return new CustomTaskMetric[] {
      value(new Distances(), open.distanceComputations()),
      value(new Hops(), open.hops()),
      value(new Fallbacks(), open.exactFallbacks()),
      value(new CacheHits(), open.segmentsFoundOpen()),
      value(new OpenedBytes(), open.openedBytes())
    };
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
