package dev.knit.benchmarks;

import dev.knit.vector.FlatVectors;
import dev.knit.vector.QuantizedVectors;
import dev.knit.vector.VectorValues;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** The libraries that can be compared, by name. */
final class Libraries {
  private static final Map<String, Supplier<AnnIndex>> JVM =
      Map.of(
          "knit",
          () -> new KnitGraph(Libraries::floats, false, false),
          "knit-adaptive",
          () -> new KnitGraph(Libraries::floats, true, false),
          "knit-sketch",
          () -> new KnitGraph(Libraries::floats, false, true),
          "knit-int8",
          () -> new KnitGraph(Libraries::codes, false, false),
          "knit-int8-adaptive",
          () -> new KnitGraph(Libraries::codes, true, false),
          "knit-int8-sketch",
          () -> new KnitGraph(Libraries::codes, false, true),
          "knit-int8-sketch-adaptive",
          () -> new KnitGraph(Libraries::codes, true, true),
          "hnswlib-core",
          HnswlibCore::new,
          "jvector",
          Jvector::new,
          "lucene",
          Libraries::lucene);

  private static final Set<String> PYTHON = Set.of("hnswlib", "faiss");
  private static final int LUCENE_JDK = 21;

  private Libraries() {}

  /**
   * A library on a data set.
   *
   * @throws IllegalArgumentException when there is none of that name
   * @throws IllegalStateException when it cannot be had here, saying what to install
   */
  static Contender contender(String name, String python, DataSet data, BuildParams params)
      throws IOException {
    if (PYTHON.contains(name)) {
      return new PythonContender(name, python, data, params);
    }
    Supplier<AnnIndex> factory = JVM.get(name);
    if (factory == null) {
      throw new IllegalArgumentException(
          "Library '%s' is unknown; use some of %s.".formatted(name, names()));
    }
    return new JvmContender(name, factory, data, params);
  }

  private static VectorValues floats(DataSet data) {
    return FlatVectors.of(data.metric(), data.base());
  }

  private static VectorValues codes(DataSet data) {
    return QuantizedVectors.of(MappedFile.of(data));
  }

  private static List<String> names() {
    Set<String> names = new TreeSet<>(JVM.keySet());
    names.addAll(PYTHON);
    return new ArrayList<>(names);
  }

  /** By reflection, since an older JDK cannot compile it. */
  private static AnnIndex lucene() {
    return (AnnIndex) lucene("LuceneHnsw");
  }

  /** Lucene's merge of halves. */
  static HalvesMerge luceneMerge() {
    return (HalvesMerge) lucene("LuceneJoinSet");
  }

  private static Object lucene(String type) {
    if (Runtime.version().feature() < LUCENE_JDK) {
      throw new IllegalStateException(
          "Lucene 10 needs JDK %d or later, not %s."
              .formatted(LUCENE_JDK, Runtime.version().feature()));
    }
    try {
      return Class.forName("dev.knit.benchmarks." + type).getDeclaredConstructor().newInstance();
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          "benchmarks.jar was built without Lucene; build it on JDK %d or later."
              .formatted(LUCENE_JDK),
          e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Lucene cannot be used: " + e.getCause().getMessage(), e);
    }
  }
}
