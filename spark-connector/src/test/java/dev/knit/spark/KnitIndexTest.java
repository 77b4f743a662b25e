package dev.knit.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.hnsw.QualityOptions;
import dev.knit.io.HadoopFileIO;
import dev.knit.table.IndexStats;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnitIndexTest {
  @TempDir Path directory;

  @Test
  void everyRowIsItsOwnNearestNeighbor() {
    Random random = new Random(1);
    List<Row> rows = new ArrayList<>();
    for (long id = 0; id < 2000; id++) {
      float[] vector = new float[16];
      for (int i = 0; i < vector.length; i++) {
        vector[i] = (float) random.nextGaussian();
      }
      rows.add(RowFactory.create(id, vector, "row " + id));
    }
    StructType schema =
        new StructType()
            .add("key", DataTypes.LongType)
            .add("v", DataTypes.createArrayType(DataTypes.FloatType))
            .add("name", DataTypes.StringType);
    Dataset<Row> table = LocalSpark.session().createDataFrame(rows, schema);

    KnitIndex index =
        KnitIndex.build(table, IndexSpec.of("key", "v").partitions(3), directory + "/index");
    Dataset<Row> joined =
        Knit.knnJoin(
            table.withColumnRenamed("key", "q").drop("name"), "v", index, KnnOptions.of(3));

    assertThat(joined.columns()).containsExactly("q", "v", "key", "name", "_distance", "_rank");
    List<Row> found = joined.collectAsList();
    assertThat(found).hasSize(6000);
    assertThat(found)
        .filteredOn(row -> row.getInt(5) == 1)
        .hasSize(2000)
        .allSatisfy(row -> assertThat(row.getLong(2)).isEqualTo(row.getLong(0)))
        .allSatisfy(row -> assertThat(row.getFloat(4)).isZero());
  }

  @Test
  void statsAreThoseOfTheSegmentsOnStorage() throws Exception {
    List<Row> rows = new ArrayList<>();
    for (long id = 0; id < 500; id++) {
      rows.add(RowFactory.create(id, new float[] {id % 20, id / 20}));
    }
    StructType schema =
        new StructType()
            .add("key", DataTypes.LongType)
            .add("v", DataTypes.createArrayType(DataTypes.FloatType));
    Dataset<Row> table = LocalSpark.session().createDataFrame(rows, schema);
    KnitIndex index = KnitIndex.build(table, IndexSpec.of("key", "v"), directory + "/stats");
    QualityOptions options = QualityOptions.DEFAULT.queries(30);

    IndexStats stats = index.stats(options);

    assertThat(stats.rows()).isEqualTo(500);
    assertThat(stats.segments().get(0).graph().recall().recall()).isBetween(0.95, 1.0);
    assertThat(stats)
        .isEqualTo(
            IndexStats.of(
                new HadoopFileIO(new Configuration()), index.path(), index.snapshot(), options));
  }
}
