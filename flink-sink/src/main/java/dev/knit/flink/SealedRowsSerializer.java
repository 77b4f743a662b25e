package dev.knit.flink;

import dev.knit.table.SealedRows;
import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** What writers give to the aggregator, as bytes. */
final class SealedRowsSerializer implements SimpleVersionedSerializer<SealedRows> {
  static final int VERSION = 1;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(SealedRows rows) {
    return rows.toBytes();
  }

  @Override
  public SealedRows deserialize(int version, byte[] bytes) throws IOException {
    requireKnown(version);
    return SealedRows.fromBytes(bytes);
  }

  static void requireKnown(int version) throws IOException {
    if (version != VERSION) {
      throw new IOException(
          "The state was written by a newer Knit (version %d; this one knows %d); use that."
              .formatted(version, VERSION));
    }
  }
}
