package dev.knit.flink;

import dev.knit.table.SealedRows;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** What the committer keeps in checkpoints: sink, checkpoint, parts each with its length. */
final class IndexCommittableSerializer implements SimpleVersionedSerializer<IndexCommittable> {
  @Override
  public int getVersion() {
    return SealedRowsSerializer.VERSION;
  }

  @Override
  public byte[] serialize(IndexCommittable committable) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeUTF(committable.sink());
    out.writeLong(committable.checkpoint());
    out.writeInt(committable.parts().size());
    for (SealedRows part : committable.parts()) {
      byte[] own = part.toBytes();
      out.writeInt(own.length);
      out.write(own);
    }
    out.flush();
    return bytes.toByteArray();
  }

  @Override
  public IndexCommittable deserialize(int version, byte[] bytes) throws IOException {
    SealedRowsSerializer.requireKnown(version);
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    String sink = in.readUTF();
    long checkpoint = in.readLong();
    int count = in.readInt();
    List<SealedRows> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      parts.add(SealedRows.fromBytes(in.readNBytes(in.readInt())));
    }
    return new IndexCommittable(sink, checkpoint, parts);
  }
}
