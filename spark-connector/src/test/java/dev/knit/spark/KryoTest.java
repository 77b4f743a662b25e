package dev.knit.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializerInstance;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
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
    assertThat(found.getProperty("statements")).isEqualTo(Main.statements(index));
  }

  @Test
  void messagesOfWritesNeedNoRegistration() {
    RowStage.Part part = new RowStage.Part(null, 7);
    SerializerInstance kryo = new KryoSerializer(new SparkConf(false)).newInstance();
    var tag = Sessions.tag(TaskMessage.class);

    TaskMessage read = kryo.deserialize(kryo.serialize(new TaskMessage(part), tag), tag);

    assertThat(TaskMessage.contents(new WriterCommitMessage[] {read, null}, RowStage.Part.class))
        .containsExactly(part);
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
              .config("spark.sql.catalog.knit", "dev.knit.spark.catalog.KnitCatalog")
              .getOrCreate();
      KnitIndex index = build(arguments[0] + "/index");
      Properties results = new Properties();
      results.setProperty("index", KnitIndexes.checksums(index).toString());
      results.setProperty("join", join(index));
      results.setProperty("rows", Long.toString(index.rows().filter("part >= 0").count()));
      results.setProperty("statements", statements(index));
      ChildJvm.store(results, Path.of(arguments[0]));
      spark.stop();
    }

    /** With so many partitions that merging takes two rounds. */
    static KnitIndex build(String path) {
      return KnitIndex.build(
          TestTables.items(900, 8, 4), IndexSpec.of("id", "v").partitions(17), path);
    }

    /** What rows there are after some were written. */
    static String statements(KnitIndex index) {
      SparkSession spark = SparkSession.active();
      String table = "knit.`%s`".formatted(index.path());
      spark.sql(
          "insert into %s select id + 900, v, name, part from %s where id < 20"
              .formatted(table, table));
      spark.sql("delete from %s where id %% 7 = 3".formatted(table));
      spark.sql(
          "update %s set part = part + 1 where id in (select id * 5 from range(50))"
              .formatted(table));
      return spark
          .sql("select count(*), sum(hash(id, v, name, part)) from " + table)
          .head()
          .toString();
    }

    static String join(KnitIndex index) {
      Dataset<Row> joined =
          index.knnJoin(TestTables.queries(30, 8, 4), "qv", KnnOptions.of(3).filter("part < 60"));
      return joined.orderBy("q", "_rank").select("q", "id", "_distance").collectAsList().toString();
    }
  }
}
