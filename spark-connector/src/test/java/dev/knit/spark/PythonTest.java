package dev.knit.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the tests of the Python package, with PySpark and a Connect server of their own. */
class PythonTest {
  private static final List<String> PACKAGES =
      List.of("pyspark[connect]==4.2.0", "pandas<3", "pytest>=8,<10");
  private static final String CHECK =
      "import pyspark, pytest, grpc, grpc_status, pandas, pyarrow; assert pyspark.__version__ == '4.2.0'";

  @TempDir static Path directory;
  private static String index;

  @BeforeAll
  static void build() {
    index = directory + "/films";
    KnitIndex.build(
        LocalSpark.session()
            .range(0, 300, 1, 2)
            .selectExpr(
                "id", "array(float(id), 0f) as v", "'row ' || id as name", "int(id % 10) as part"),
        IndexSpec.of("id", "v").partitions(2),
        index);
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "connect"})
  void thePackageWorks(String mode) throws Exception {
    String python = PythonEnvironment.with(PACKAGES, CHECK);
    List<String> command =
        List.of(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "src/test/python");

    String failure =
        PythonEnvironment.failure(
            command,
            Map.of(
                "KNIT_MODE",
                mode,
                "KNIT_INDEX",
                index,
                "KNIT_CLASS_PATH",
                classPath(),
                "PYTHONPATH",
                Path.of("src/main/python").toAbsolutePath().toString(),
                "PYTHONDONTWRITEBYTECODE",
                "1",
                "JAVA_HOME",
                System.getProperty("java.home"),
                "SPARK_LOCAL_IP",
                "127.0.0.1"),
            directory.resolve(mode + ".txt"));

    assertThat(failure).isEmpty();
  }

  /** What the jar has with it: all but what PySpark brings itself. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(PythonTest::isKnits)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static boolean isKnits(String entry) {
    return (entry.endsWith("classes") && !entry.endsWith("test-classes"))
        || entry.contains("knit-core");
  }

  @Test
  void thePackageIsInTheJar() throws Exception {
    try (var stream = KnitIndex.class.getResourceAsStream("/knit_spark/join.py")) {
      assertThat(stream).as("knit_spark/join.py as a resource").isNotNull();
    }
  }
}
