package dev.knit.spark.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.apache.commons.lang3.SerializationUtils;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeletedRowsTest {
  private static final int ROWS = 5_000_000;
  private static final int TASKS = 20;

  /** Of each so many rows one, by chance; in two segments, told by some tasks. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 50})
  void tasksTellAllRowsInAboutTwoBytesEach(int each) {
    Random random = new Random(each);
    DeletedRows[] tasks = new DeletedRows[TASKS];
    Arrays.setAll(tasks, task -> new DeletedRows());
    BitSet[] expected = {new BitSet(), new BitSet(), new BitSet()};
    int count = 0;
    for (int row = 0; row < ROWS; row++) {
      if (random.nextInt(each) == 0) {
        int segment = row % 2 * 2;
        tasks[random.nextInt(TASKS)].add(new GenericInternalRow(new Object[] {segment, row / 2}));
        expected[segment].set(row / 2);
        count++;
      }
    }
    long bytes = 0;
    for (int task = 0; task < TASKS; task++) {
      byte[] message = SerializationUtils.serialize(tasks[task]);
      bytes += message.length;
      tasks[task] = SerializationUtils.deserialize(message);
    }

    assertThat((double) bytes / count).as("bytes a row").isLessThan(2.5);
    long[][] words = DeletedRows.words(List.of(tasks));
    assertThat(words.length).isEqualTo(3);
    for (int segment = 0; segment < words.length; segment++) {
      assertThat(BitSet.valueOf(words[segment])).isEqualTo(expected[segment]);
    }
  }
}
