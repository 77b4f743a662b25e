package dev.knit.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knit.table.Column;
import dev.knit.table.ColumnType.Primitive;
import dev.knit.table.IndexParams;
import dev.knit.table.TableSchema;
import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Updates and deletes that are streamed leave as good an index as one that is built anew. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class StreamedUpkeepTest {
  private static final int DIMENSION = 32;
  private static final long SEED = 20261121;

  @TempDir Path directory;

  @Test
  void recallIsThatOfARebuild() throws Exception {
    TableSchema schema =
        new TableSchema(
            new Column("id", Primitive.INT64, false), "embedding", DIMENSION, List.of());
    IndexParams params = new IndexParams(Metric.COSINE, 12, 80, 7, 0, Quantization.NONE);
    float[][] vectors = clustered(11_000, SEED);
    StreamedUpkeep upkeep = new StreamedUpkeep(schema, params, vectors);
    TableAccess table = TableAccess.of(directory.resolve("table").toString());
    upkeep.stream(table, 500);
    assertThat(table.table().snapshot().rows()).isEqualTo(9_000);

    assertThat(upkeep.compact(table).segments()).hasSize(1);
    StreamedUpkeep.Recalls recalls = upkeep.recalls(table, clustered(300, SEED + 1), 40);
    assertThat(recalls.rows()).isEqualTo(9_000);
    assertThat(recalls.rebuilt()).isGreaterThan(0.9);
    assertThat(recalls.streamed())
        .describedAs("seed %d, %s", SEED, recalls)
        .isGreaterThan(recalls.rebuilt() - 0.01);
    TestRows.assertWhole(table);
  }

  /** Normal around 50 centers, which are the same for all seeds. */
  private static float[][] clustered(int count, long seed) {
    Random centers = new Random(SEED);
    float[][] center = new float[50][DIMENSION];
    for (float[] vector : center) {
      for (int i = 0; i < DIMENSION; i++) {
        vector[i] = (float) centers.nextGaussian();
      }
    }
    Random random = new Random(seed);
    float[][] rows = new float[count][DIMENSION];
    for (float[] row : rows) {
      float[] near = center[random.nextInt(center.length)];
      for (int i = 0; i < DIMENSION; i++) {
        row[i] = near[i] + (float) random.nextGaussian();
      }
    }
    return rows;
  }
}
