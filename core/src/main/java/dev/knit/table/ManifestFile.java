package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** A manifest as a file: JSON, then a line with the checksum of all before it. */
final class ManifestFile {
  private static final int TRAILER = "crc32c:00000000\n".length();

  private ManifestFile() {}

  /**
   * What stands in the place of the manifest of a version that has expired: the name stays taken,
   * so that a writer who slept long cannot create it again.
   */
  static byte[] expired() {
    return "expired\n".getBytes(StandardCharsets.US_ASCII);
  }

  static byte[] bytes(Snapshot snapshot) {
    byte[] json = (snapshot.toJson() + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] bytes = Arrays.copyOf(json, json.length + TRAILER);
    System.arraycopy(trailer(json, json.length), 0, bytes, json.length, TRAILER);
    return bytes;
  }

  /**
   * Reads the manifest of {@code version}.
   *
   * @throws java.io.FileNotFoundException when there is none
   * @throws NoSuchIndexException when the version has expired
   */
  static Snapshot read(FileIO io, String table, long version) throws IOException {
    String file = TableLayout.resolve(table, TableLayout.manifest(version));
    byte[] bytes;
    try (InputStream in = io.open(file)) {
      bytes = in.readAllBytes();
    }
    if (Arrays.equals(bytes, expired())) {
      throw new NoSuchIndexException(
          "Version %d of '%s' has expired; read a newer one.".formatted(version, table));
    }
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
    Snapshot snapshot = ManifestJson.read(file, new String(bytes, 0, end, StandardCharsets.UTF_8));
    if (snapshot.version() != version) {
      throw new CorruptIndexException(file, "it is version %d".formatted(snapshot.version()));
    }
    return snapshot;
  }

  private static byte[] trailer(byte[] bytes, int end) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, end);
    return "crc32c:%08x\n".formatted(crc.getValue()).getBytes(StandardCharsets.US_ASCII);
  }
}
