package dev.knit.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.table.GrowingSegment;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The jar for clusters has all that it needs and nothing under a name that others use. */
@EnabledIfSystemProperty(named = "knit.sql.jar", matches = ".+", disabledReason = "set by verify")
class SqlJarIT {
  private static final Path JAR = Path.of(System.getProperty("knit.sql.jar", ""));

  /** What the jar brings itself. */
  private static final List<String> BROUGHT =
      List.of("arrow", "jackson-", "netty-", "roaring", "flatbuffers", "commons-codec", "classes");

  @Test
  void allIsUnderItsOwnName() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      List<String> names = jar.stream().map(ZipEntry::getName).toList();
      assertThat(names).allMatch(name -> name.matches("(META-INF/|dev/|dev/knit/).*"));
      assertThat(names)
          .noneMatch(name -> name.contains("org/apache/flink") || name.contains("hadoop/fs"))
          .contains("dev/knit/flink/KnitSink.class", "dev/knit/table/IndexTable.class")
          .anyMatch(name -> name.startsWith("dev/knit/flink/shaded/arrow/"));
    }
  }

  @Test
  void sqlFindsItsFactories() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile());
        InputStream factories =
            jar.getInputStream(
                jar.getEntry("META-INF/services/org.apache.flink.table.factories.Factory"))) {
      assertThat(new String(factories.readAllBytes(), StandardCharsets.UTF_8))
          .contains("dev.knit.flink.table.KnitTableFactory")
          .contains("dev.knit.flink.table.KnitCatalogFactory");
    }
  }

  @Test
  void itWritesBesideFlinkWithTheOptionsOfItsClusters(@TempDir Path directory) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "-cp",
                JAR + File.pathSeparator + others(),
                Smoke.class.getName(),
                directory.resolve("table").toString()));
    Path log = directory.resolve("log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(process.waitFor()).describedAs(log.toUri().toString()).isZero();
    assertThat(log).content().contains("rows: 5000");
  }

  /** Flink, Hadoop and the tests. */
  private static String others() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(
            entry ->
                entry.contains("test-classes")
                    || BROUGHT.stream().noneMatch(brought -> isOf(entry, brought)))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static boolean isOf(String entry, String brought) {
    String name = Path.of(entry).getFileName().toString();
    return name.startsWith(brought) || (brought.equals("roaring") && name.startsWith("Roaring"));
  }

  /** Writes a segment with a graph and commits it. */
  static final class Smoke {
    private Smoke() {}

    /** Takes the table's directory. */
    public static void main(String[] args) throws IOException {
      TableAccess table = TableAccess.of(args[0]);
      try (GrowingSegment segment =
          new GrowingSegment(
              table.io(),
              table.path(),
              table.createIfAbsent(TestRows.NUMBERS, TestRows.PARAMS),
              1)) {
        for (long id = 0; id < 5000; id++) {
          segment.upsert(id, TestRows.vector(id), new Object[] {"row " + id});
        }
        table.writer().apply(List.of(segment.seal()), null);
      }
      System.out.println("rows: " + TestRows.of(table).size());
    }
  }
}
