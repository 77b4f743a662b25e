package dev.knit.spark.write;

import dev.knit.spark.RowStage;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.spark.sql.connector.write.DeltaBatchWrite;
import org.apache.spark.sql.connector.write.DeltaWrite;
import org.apache.spark.sql.connector.write.DeltaWriteBuilder;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;

/** What a row-level statement writes. */
record RowChanges(KnitOperation operation, LogicalWriteInfo info)
    implements DeltaWriteBuilder, DeltaWrite {
  @Override
  public DeltaWrite build() {
    return this;
  }

  @Override
  public String description() {
    return "knit %s (%s)".formatted(operation.table().path(), kind());
  }

  @Override
  public DeltaBatchWrite toBatch() {
    int columns = operation.base().schema().metadata().size() + 2;
    int[] ordinals = IntStream.range(0, columns).toArray();
    RowStage stage = RowStage.holding(operation.table(), operation.base(), ordinals);
    return new ChangesBatch(stage, kind());
  }

  private String kind() {
    return operation.command().name().toLowerCase(Locale.ROOT);
  }
}
