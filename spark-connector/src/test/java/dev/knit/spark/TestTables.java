package dev.knit.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Tables of vectors around a few centres, the same for the same seed. */
public final class TestTables {
  static final DataType VECTOR = DataTypes.createArrayType(DataTypes.FloatType);
  private static final int CENTRES = 20;

  private TestTables() {}

  /** Columns id (long), v, name (string) and part (int, from 0 to 99). */
  public static Dataset<Row> items(int rows, int dimension, long seed) {
    return items(clustered(rows, dimension, seed));
  }

  /** The same columns with these vectors. */
  public static Dataset<Row> items(List<float[]> vectors) {
    List<Row> table = new ArrayList<>();
    for (int i = 0; i < vectors.size(); i++) {
      table.add(RowFactory.create((long) i, vectors.get(i), "item " + i, i % 100));
    }
    StructType schema =
        new StructType()
            .add("id", DataTypes.LongType)
            .add("v", VECTOR)
            .add("name", DataTypes.StringType)
            .add("part", DataTypes.IntegerType);
    return LocalSpark.session().createDataFrame(table, schema);
  }

  /** Columns q (long) and qv. */
  public static Dataset<Row> queries(List<float[]> vectors) {
    List<Row> table = new ArrayList<>();
    for (int i = 0; i < vectors.size(); i++) {
      table.add(RowFactory.create((long) i, vectors.get(i)));
    }
    return LocalSpark.session()
        .createDataFrame(table, new StructType().add("q", DataTypes.LongType).add("qv", VECTOR));
  }

  /** Queries from the same centres as {@link #items}, but other points. */
  public static Dataset<Row> queries(int rows, int dimension, long seed) {
    List<float[]> vectors = clustered(rows + 1000, dimension, seed);
    Random random = new Random(~seed);
    for (float[] vector : vectors) {
      for (int i = 0; i < dimension; i++) {
        vector[i] += (float) (0.2 * random.nextGaussian());
      }
    }
    return queries(vectors.subList(0, rows));
  }

  public static List<float[]> clustered(int rows, int dimension, long seed) {
    Random random = new Random(seed);
    float[][] centres = new float[CENTRES][];
    for (int i = 0; i < CENTRES; i++) {
      centres[i] = gaussian(random, new float[dimension], 1);
    }
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      vectors.add(gaussian(random, centres[random.nextInt(CENTRES)], 0.4));
    }
    return vectors;
  }

  private static float[] gaussian(Random random, float[] mean, double deviation) {
    float[] vector = mean.clone();
    for (int i = 0; i < vector.length; i++) {
      vector[i] += (float) (deviation * random.nextGaussian());
    }
    return vector;
  }
}
