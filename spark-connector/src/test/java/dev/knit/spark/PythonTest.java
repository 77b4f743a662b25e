package dev.knit.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the tests of the Python package, with PySpark and a Connect server of their own. */
class PythonTest {
  static final List<String> PACKAGES =
      List.of("pyspark[connect]==4.2.0", "pandas<3", "pytest>=8,<10", "setuptools>=77");
  static final String CHECK =
      "import setuptools, pip, pyspark, pytest, grpc, grpc_status, pandas, pyarrow; assert"
          + " pyspark.__version__ == '4.2.0' and int(setuptools.__version__.split('.')[0]) >= 77";

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
    Path site = installed(python, mode);
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
                site.toString(),
                "KNIT_PACKAGE",
                site.toString(),
                "PYTHONDONTWRITEBYTECODE",
                "1",
                "JAVA_HOME",
                System.getProperty("java.home"),
                "SPARK_LOCAL_IP",
                "127.0.0.1"),
            directory.resolve(mode + ".txt"));

    assertThat(failure).isEmpty();
  }

  /** Where the package is that pip has made a wheel of, and installed from that. */
  private static Path installed(String python, String mode) throws Exception {
    Path source = directory.resolve(mode + "-source");
    FileUtils.copyDirectory(Path.of("src/main/python").toFile(), source.toFile());
    Path wheels = directory.resolve(mode + "-wheels");
    Path site = directory.resolve(mode + "-site");
    String offline = "--no-deps --no-index --disable-pip-version-check";
    pip(python, "wheel " + offline + " --no-build-isolation --wheel-dir", wheels, source);
    try (Stream<Path> made = Files.list(wheels)) {
      pip(python, "install " + offline + " --target", site, made.findFirst().orElseThrow());
    }
    return site;
  }

  private static void pip(String python, String command, Path... paths) throws Exception {
    List<String> all = new ArrayList<>(List.of(python, "-m", "pip"));
    all.addAll(List.of(command.split(" ")));
    Arrays.stream(paths).map(Path::toString).forEach(all::add);
    assertThat(PythonEnvironment.failure(all, Map.of(), directory.resolve("pip.txt"))).isEmpty();
  }

  /** What the jar has with it: all but what PySpark brings itself. */
  static String classPath() {
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
