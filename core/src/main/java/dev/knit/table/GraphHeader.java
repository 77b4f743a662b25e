package dev.knit.table;

import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The head of a graph file.
 *
 * @param maxLevel of the whole graph, as are the entry point and the totals
 * @param range what this file covers
 */
record GraphHeader(
    GraphOrigin origin,
    int maxLevel,
    int entryPoint,
    int totalNodes,
    int totalRows,
    GraphRange range,
    List<GraphSection> sections) {

  static final long MAGIC = magic("KNITGRPH");
  static final long END_MAGIC = magic("KNITGEND");
  static final short MAJOR = 1;
  static final short MINOR = 0;

  /** Required flags that are known: none yet. */
  static final long REQUIRED_FLAGS = 0;

  /** Magic, versions and length, which no version changes. */
  static final int PREFIX = 16;

  /** Metrics by their number in the file. */
  private static final List<Metric> METRICS =
      List.of(Metric.L2, Metric.COSINE, Metric.INNER_PRODUCT, Metric.L1);

  /** Quantizations by their number in the file. */
  private static final List<Quantization> QUANTIZATIONS =
      List.of(Quantization.NONE, Quantization.INT8);

  private static final int FIXED = 112;
  private static final int SECTION = 32;
  private static final int MAX_SECTIONS = 64;

  static int length(int sections) {
    return FIXED + sections * SECTION + Integer.BYTES;
  }

  static boolean isLength(int length) {
    return length >= PREFIX + Integer.BYTES && length <= length(MAX_SECTIONS);
  }

  byte[] bytes() {
    int length = length(sections.size());
    ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(MAGIC).putShort(MAJOR).putShort(MINOR).putInt(length);
    out.putLong(REQUIRED_FLAGS).putLong(0);
    putUuid(out, origin.graph());
    IndexParams params = origin.params();
    out.putShort((short) METRICS.indexOf(params.metric()));
    out.putShort((short) QUANTIZATIONS.indexOf(params.quantization()));
    out.putInt(origin.dimension());
    out.putInt(params.m()).putInt(params.efConstruction());
    out.putLong(params.seed()).putFloat(params.maxNorm());
    out.putInt(maxLevel).putInt(entryPoint);
    out.putInt(totalNodes).putInt(range.firstNode()).putInt(range.nodes());
    out.putInt(totalRows).putInt(range.firstRow()).putInt(range.rows());
    out.putInt(sections.size());
    for (GraphSection section : sections) {
      out.putInt(section.id()).putInt(0);
      out.putLong(section.offset()).putLong(section.length());
      out.putInt(section.crc32c()).putInt(0);
    }
    return out.putInt(checksum(out.array(), out.position())).array();
  }

  /**
   * The header in these bytes, of version {@link #MAJOR} and with its checksum verified.
   *
   * @throws IllegalArgumentException when they make no sense
   */
  static GraphHeader of(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(32);
    UUID segment = uuid(in);
    Metric metric = entry(METRICS, "metric", in.getShort());
    Quantization quantization = entry(QUANTIZATIONS, "quantization", in.getShort());
    int dimension = in.getInt();
    IndexParams params =
        new IndexParams(
            metric, in.getInt(), in.getInt(), in.getLong(), in.getFloat(), quantization);
    int maxLevel = in.getInt();
    int entryPoint = in.getInt();
    int totalNodes = in.getInt();
    int firstNode = in.getInt();
    int nodes = in.getInt();
    int totalRows = in.getInt();
    GraphRange range = new GraphRange(firstNode, nodes, in.getInt(), in.getInt());
    return new GraphHeader(
        new GraphOrigin(segment, params, dimension),
        maxLevel,
        entryPoint,
        totalNodes,
        totalRows,
        range,
        sections(in));
  }

  /**
   * The checksum of the first {@code length} bytes, to be stored behind them. It is turned and
   * shifted, as LevelDB does, because a plain CRC behind its own bytes would give all whole files
   * the same one.
   */
  static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return masked((int) crc.getValue());
  }

  static int masked(int crc) {
    return Integer.rotateRight(crc, 15) + 0xA282EAD8;
  }

  /** The section of that id, or null. */
  GraphSection section(int id) {
    for (GraphSection section : sections) {
      if (section.id() == id) {
        return section;
      }
    }
    return null;
  }

  private static List<GraphSection> sections(ByteBuffer in) {
    int count = in.getInt();
    if (count < 0 || length(count) != in.capacity()) {
      throw new IllegalArgumentException("it has %d sections".formatted(count));
    }
    List<GraphSection> sections = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int id = in.getInt();
      in.getInt();
      sections.add(new GraphSection(id, in.getLong(), in.getLong(), in.getInt()));
      in.getInt();
    }
    return sections;
  }

  private static <T> T entry(List<T> known, String what, int number) {
    if (number < 0 || number >= known.size()) {
      throw new IllegalArgumentException("%s %d is unknown".formatted(what, number));
    }
    return known.get(number);
  }

  private static void putUuid(ByteBuffer out, UUID uuid) {
    out.order(ByteOrder.BIG_ENDIAN).putLong(uuid.getMostSignificantBits());
    out.putLong(uuid.getLeastSignificantBits()).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static UUID uuid(ByteBuffer in) {
    UUID uuid = new UUID(in.order(ByteOrder.BIG_ENDIAN).getLong(), in.getLong());
    in.order(ByteOrder.LITTLE_ENDIAN);
    return uuid;
  }

  private static long magic(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }
}
