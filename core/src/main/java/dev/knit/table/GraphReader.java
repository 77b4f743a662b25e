package dev.knit.table;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Reads one graph file from start to end. Nothing is allocated before the head is known to be whole
 * and its counts are known to fit the file.
 */
final class GraphReader {
  private final CheckedInput in;
  private final GraphPart part;
  private final GraphHeader header;

  /** Reads the head. */
  GraphReader(CheckedInput in, GraphPart part) throws IOException {
    this.in = in;
    this.part = part;
    this.header = readHeader();
    checkCounts();
    checkSections();
  }

  GraphHeader header() {
    return header;
  }

  CorruptIndexException corrupt(String problem) {
    return in.corrupt(problem);
  }

  /** Moves to a section; sections are read in the order of the file. */
  void seek(GraphSection section) throws IOException {
    in.skipTo(section.offset());
    in.startSection();
  }

  /** Checks the section that was read. */
  void end(GraphSection section) throws IOException {
    in.checkSection(
        section.crc32c(), "section %d at byte %d".formatted(section.id(), section.offset()));
  }

  CheckedInput in() {
    return in;
  }

  /** Checks the trailer and the whole file. */
  void finish() throws IOException {
    in.skipTo(part.bytes() - GraphTrailer.LENGTH);
    OptionalInt crc = in.whole();
    byte[] trailer = new byte[GraphTrailer.LENGTH];
    in.read(trailer, 0, trailer.length);
    in.finish();
    if (!GraphTrailer.is(trailer, crc)) {
      throw in.corrupt("it does not end like a graph file");
    }
  }

  private GraphHeader readHeader() throws IOException {
    ByteBuffer prefix = in.next(GraphHeader.PREFIX);
    long magic = prefix.getLong();
    short major = prefix.getShort();
    int length = prefix.getInt(12);
    if (magic != GraphHeader.MAGIC || !GraphHeader.isLength(length)) {
      throw in.corrupt("it does not begin like a graph file");
    }
    byte[] bytes = Arrays.copyOf(prefix.array(), length);
    in.read(bytes, GraphHeader.PREFIX, length - GraphHeader.PREFIX);
    ByteBuffer head = ByteBuffer.wrap(bytes).order(prefix.order());
    int crc = GraphHeader.checksum(bytes, length - Integer.BYTES);
    if (crc != head.getInt(length - Integer.BYTES)) {
      throw CorruptIndexException.checksum(
          in.file(), "the head", crc, head.getInt(length - Integer.BYTES));
    }
    if (major != GraphHeader.MAJOR) {
      throw new UnsupportedFormatException(in.file(), "has graph format %d".formatted(major));
    }
    long unknown = head.getLong(16) & ~GraphHeader.REQUIRED_FLAGS;
    if (unknown != 0) {
      throw new UnsupportedFormatException(in.file(), "needs flags 0x%x".formatted(unknown));
    }
    try {
      return GraphHeader.of(bytes);
    } catch (RuntimeException e) {
      throw new CorruptIndexException(in.file(), "its head makes no sense: " + e.getMessage(), e);
    }
  }

  private void checkCounts() throws IOException {
    GraphRange range = header.range();
    boolean fits =
        range.firstNode() == part.firstNode()
            && range.nodes() == part.nodes()
            && range.firstNode() + range.nodes() <= header.totalNodes()
            && range.firstRow() + range.rows() <= header.totalRows()
            && (long) header.totalNodes() * slots() <= Integer.MAX_VALUE - 8;
    if (!fits) {
      throw in.corrupt("its head has other counts than the manifest");
    }
  }

  private void checkSections() throws IOException {
    long end = 0;
    for (GraphSection section : header.sections()) {
      boolean inFile =
          section.offset() >= end
              && section.length() >= 0
              && section.length() <= part.bytes()
              && section.offset() <= part.bytes() - GraphTrailer.LENGTH - section.length();
      if (!inFile) {
        throw in.corrupt("section %d is out of place".formatted(section.id()));
      }
      end = section.end();
    }
    int nodes = header.range().nodes();
    checkLength(GraphSection.LEVELS, nodes, true);
    checkLength(GraphSection.L0, (long) nodes * slots() * Integer.BYTES, true);
    GraphSection upper = header.section(GraphSection.UPPER);
    checkLength(GraphSection.UPPER, upper == null ? 0 : upper.length(), true);
    checkLength(GraphSection.L0_LENGTHS, (long) nodes * slots() * Float.BYTES, false);
    checkLength(GraphSection.UPPER_LENGTHS, upper.length(), false);
    checkLength(GraphSection.ROW_NODES, (long) header.range().rows() * Integer.BYTES, false);
  }

  private void checkLength(int id, long length, boolean required) throws IOException {
    GraphSection section = header.section(id);
    if (section == null ? required : section.length() != length) {
      throw in.corrupt("section %d is not %d bytes long".formatted(id, length));
    }
  }

  private int slots() {
    return 2 * header.origin().params().m();
  }
}
