package dev.knit.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.connector.write.WriterCommitMessage;

/** What a task of a write tells the driver; by Java's serialization also in sessions with Kryo. */
@DefaultSerializer(JavaSerializer.class)
public final class TaskMessage implements WriterCommitMessage {
  private static final long serialVersionUID = 1;
  private final Serializable content;

  /** A message. */
  public TaskMessage(Serializable content) {
    this.content = content;
  }

  /** What all tasks told; of those that failed there is no message. */
  public static <T> List<T> contents(WriterCommitMessage[] messages, Class<T> type) {
    return Arrays.stream(messages)
        .filter(Objects::nonNull)
        .map(message -> type.cast(((TaskMessage) message).content))
        .toList();
  }
}
