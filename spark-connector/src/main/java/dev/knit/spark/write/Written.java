package dev.knit.spark.write;

import dev.knit.spark.RowStage;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.connector.write.WriterCommitMessage;

/** What a task tells the driver: the file that it wrote. */
record Written(RowStage.Part part) implements WriterCommitMessage {
  private static final long serialVersionUID = 1;

  /** The files of all tasks. */
  static List<RowStage.Part> parts(WriterCommitMessage[] messages) {
    return Arrays.stream(messages)
        .filter(Objects::nonNull)
        .map(message -> ((Written) message).part())
        .toList();
  }
}
