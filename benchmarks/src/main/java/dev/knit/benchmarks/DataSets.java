package dev.knit.benchmarks;

import dev.knit.vector.Metric;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;

/** The files of the data sets that are known by the names of their directories. */
final class DataSets {
  private static final Map<String, Files> KNOWN =
      Map.of(
          "sift1m-photos",
          new Files(Path.of("sift_base.bvecs.gz"), Path.of("sift_query.bvecs.gz"), Metric.L2),
          "mnist-784",
          new Files(
              Path.of("train-images-idx3-ubyte.gz"),
              Path.of("t10k-images-idx3-ubyte.gz"),
              Metric.L2),
          "arxiv-lsa-256",
          new Files(
              Path.of("arxiv_base.fvecs.gz"),
              Path.of("arxiv_query_abstract.fvecs.gz"),
              Metric.COSINE));

  private DataSets() {}

  /** Files of vectors, and how these are compared. */
  record Files(Path base, Path queries, Metric metric) {}

  /**
   * The files in a directory.
   *
   * @throws IllegalArgumentException when no data set has its name
   */
  static Files in(Path directory) {
    Files files = KNOWN.get(directory.toAbsolutePath().normalize().getFileName().toString());
    if (files == null) {
      throw new IllegalArgumentException(
          "'%s' is none of the data sets %s; give its files by --base, --queries and --metric."
              .formatted(directory, new TreeSet<>(KNOWN.keySet())));
    }
    return new Files(directory.resolve(files.base), directory.resolve(files.queries), files.metric);
  }
}
