package dev.knit.table;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** A text as a file, with a last line that holds the checksum of all before it. */
final class CheckedText {
  private static final int TRAILER = "crc32c:00000000\n".length();

  private CheckedText() {}

  static byte[] bytes(String text) {
    byte[] line = (text + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] bytes = Arrays.copyOf(line, line.length + TRAILER);
    System.arraycopy(trailer(line, line.length), 0, bytes, line.length, TRAILER);
    return bytes;
  }

  /**
   * The text that these bytes hold.
   *
   * @throws CorruptIndexException when they are not what was written
   */
  static String text(String file, byte[] bytes) throws CorruptIndexException {
    int end = bytes.length - TRAILER;
    if (end < 0) {
      throw new CorruptIndexException(file, "it has only %d bytes".formatted(bytes.length));
    }
    byte[] trailer = trailer(bytes, end);
    if (!Arrays.equals(bytes, end, bytes.length, trailer, 0, TRAILER)) {
      throw new CorruptIndexException(
          file,
          "its last line should be '%s'"
              .formatted(new String(trailer, StandardCharsets.US_ASCII).strip()));
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }

  private static byte[] trailer(byte[] bytes, int end) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, end);
    return "crc32c:%08x\n".formatted(crc.getValue()).getBytes(StandardCharsets.US_ASCII);
  }
}
