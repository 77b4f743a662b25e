package dev.knit.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Appends, upserts, deletes and compacts a table that a Flink job changes meanwhile. Flink's tests
 * start it in a JVM of its own and tell it by a file when to end; its own rows have ids from
 * 1,000,000 on, and of those from 2,000,000 on, which are Flink's, it deletes each seventh.
 */
public final class WriterBesideFlink {
  private static final long FIRST_OWN = 1_000_000;
  private static final int CHANGED_AGAIN = 200;
  private static final String FLINKS = "id >= 2000000 and id % 7 = 0";
  private static final List<String> LEAST = List.of("append", "upsert", "compact");
  private static final StructType ROWS =
      new StructType()
          .add("id", DataTypes.LongType, false)
          .add("embedding", DataTypes.createArrayType(DataTypes.FloatType, false), false)
          .add("text", DataTypes.StringType);

  private final SparkSession spark;
  private final String table;
  private final Random random;
  private final Map<Long, String> own = new TreeMap<>();
  private final Map<String, Integer> done = new TreeMap<>();
  private long next = FIRST_OWN + CHANGED_AGAIN;

  private WriterBesideFlink(SparkSession spark, String table, long seed) {
    this.spark = spark;
    this.table = table;
    this.random = new Random(seed);
  }

  /**
   * Takes the table's directory, one for files, and a seed. When the file {@code stop} is there,
   * and it has done the {@link #LEAST}, it ends, and leaves its rows in {@code rows}, each a line
   * of id and text, and in {@code done} how often it did what.
   */
  public static void main(String[] args) throws IOException {
    Path files = Path.of(args[1]);
    WriterBesideFlink writer =
        new WriterBesideFlink(LocalSpark.session(), args[0], Long.parseLong(args[2]));
    while (!Files.exists(files.resolve("stop")) || !writer.done.keySet().containsAll(LEAST)) {
      writer.write();
      if (!Files.exists(files.resolve("ready"))) {
        Files.createFile(files.resolve("ready"));
      }
    }
    writer.index().delete(FLINKS);
    Files.write(files.resolve("rows"), lines(writer.own));
    Files.write(files.resolve("done"), lines(writer.done));
    writer.spark.stop();
  }

  private KnitIndex index() {
    return KnitIndex.open(spark, table);
  }

  private void write() {
    int what = random.nextInt(10);
    if (what < 3) {
      count("append");
      index().append(rows(fresh(20)));
    } else if (what < 6) {
      count("upsert");
      index()
          .upsert(
              rows(
                  random
                      .longs(20, FIRST_OWN, FIRST_OWN + CHANGED_AGAIN)
                      .distinct()
                      .boxed()
                      .toList()));
    } else if (what < 7) {
      count("delete");
      List<Long> doomed = own.keySet().stream().filter(id -> random.nextInt(5) == 0).toList();
      index().delete(doomed);
      own.keySet().removeAll(doomed);
    } else if (what < 8) {
      count("delete where");
      index().delete(FLINKS);
    } else {
      boolean all = what == 9;
      KnitIndex.Compaction compaction = all ? index().compactAll() : index().compact();
      if (compaction.compacted() > 0) {
        count("compact");
      }
    }
  }

  private void count(String what) {
    done.merge(what, 1, Integer::sum);
  }

  private List<Long> fresh(int count) {
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(next++);
    }
    return ids;
  }

  private Dataset<Row> rows(List<Long> ids) {
    List<Row> rows = new ArrayList<>();
    for (long id : ids) {
      String text = "spark " + random.nextInt();
      Float[] vector = new Float[8];
      for (int i = 0; i < vector.length; i++) {
        vector[i] = random.nextFloat();
      }
      rows.add(RowFactory.create(id, vector, text));
      own.put(id, text);
    }
    return spark.createDataFrame(rows, ROWS);
  }

  private static List<String> lines(Map<?, ?> map) {
    return map.entrySet().stream().map(entry -> entry.getKey() + "," + entry.getValue()).toList();
  }
}
