package dev.knit.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KryoTest {
  @TempDir Path directory;

  @Test
  void buildsAndJoinsNeedNoClassesBeyondTheRegistered() throws Exception {
    Properties found = ChildJvm.run(Main.class, directory, Map.of());

    KnitIndex index = Main.build(directory + "/expected");
    assertThat(found.getProperty("index")).isEqualTo(KnitIndexes.checksums(index).toString());
    assertThat(found.getProperty("join")).isEqualTo(Main.join(index));
    assertThat(found.getProperty("rows")).isEqualTo("900");
  }

  /** In a session that serializes by Kryo and refuses classes that are not registered. */
  static final class Main {
    public static void main(String[] arguments) throws Exception {
      SparkSession spark =
          SparkSession.builder()
              .master("local[2]")
              .config("spark.ui.enabled", false)
              .config("spark.driver.host", "localhost")
              .config("spark.sql.shuffle.partitions", 2)
              .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
              .config("spark.kryo.registrationRequired", true)
              .config("spark.kryo.registrator", KnitKryoRegistrator.class.getName())
              .getOrCreate();
      KnitIndex index = build(arguments[0] + "/index");
      Properties results = new Properties();
      results.setProperty("index", KnitIndexes.checksums(index).toString());
      results.setProperty("join", join(index));
      results.setProperty("rows", Long.toString(index.rows().filter("part >= 0").count()));
      ChildJvm.store(results, Path.of(arguments[0]));
      spark.stop();
    }

    /** With so many partitions that merging takes two rounds. */
    static KnitIndex build(String path) {
      return KnitIndex.build(
          TestTables.items(900, 8, 4), IndexSpec.of("id", "v").partitions(17), path);
    }

    static String join(KnitIndex index) {
      Dataset<Row> joined =
          index.knnJoin(TestTables.queries(30, 8, 4), "qv", KnnOptions.of(3).filter("part < 60"));
      return joined.orderBy("q", "_rank").select("q", "id", "_distance").collectAsList().toString();
    }
  }
}
