package dev.knit.flink.table;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** The files of a version that no reader has been given. */
record ScanState(long version, List<FileSplit> left) {
  ScanState {
    left = List.copyOf(left);
  }

  /** Writes splits; format 1. */
  static final class OfSplits implements SimpleVersionedSerializer<FileSplit> {
    @Override
    public int getVersion() {
      return 1;
    }

    @Override
    public byte[] serialize(FileSplit split) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      write(split, new DataOutputStream(bytes));
      return bytes.toByteArray();
    }

    @Override
    public FileSplit deserialize(int version, byte[] bytes) throws IOException {
      requireKnown(version);
      return read(new DataInputStream(new ByteArrayInputStream(bytes)));
    }
  }

  /** Writes states; format 1. */
  static final class OfStates implements SimpleVersionedSerializer<ScanState> {
    @Override
    public int getVersion() {
      return 1;
    }

    @Override
    public byte[] serialize(ScanState state) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeLong(state.version);
      out.writeInt(state.left.size());
      for (FileSplit split : state.left) {
        write(split, out);
      }
      return bytes.toByteArray();
    }

    @Override
    public ScanState deserialize(int version, byte[] bytes) throws IOException {
      requireKnown(version);
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
      long read = in.readLong();
      List<FileSplit> left = new ArrayList<>();
      for (int count = in.readInt(); count > 0; count--) {
        left.add(read(in));
      }
      return new ScanState(read, left);
    }
  }

  private static void write(FileSplit split, DataOutputStream out) throws IOException {
    out.writeLong(split.version());
    out.writeInt(split.segment());
    out.writeInt(split.file());
    out.writeLong(split.given());
  }

  private static FileSplit read(DataInputStream in) throws IOException {
    return new FileSplit(in.readLong(), in.readInt(), in.readInt(), in.readLong());
  }

  private static void requireKnown(int version) throws IOException {
    if (version != 1) {
      throw new IOException(
          "The state of this scan has format %d, but this Knit knows format 1 only."
              .formatted(version));
    }
  }
}
