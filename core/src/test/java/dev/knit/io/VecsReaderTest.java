package dev.knit.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VecsReaderTest {
  private static final float[][] ROWS = {{1.5f, -2, Float.MIN_VALUE}, {0, 3e38f, -0.25f}};
  private static final float[][] BYTES = {{0, 127, 128, 255}, {1, 2, 3, 4}, {9, 8, 7, 6}};

  @Test
  void floatsAreReadLittleEndian() throws IOException {
    assertThat(read(fvecs(ROWS), "base.fvecs")).containsExactly(ROWS);
  }

  @Test
  void bytesAreUnsigned() throws IOException {
    assertThat(read(bvecs(BYTES), "base.bvecs")).containsExactly(BYTES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"base.fvecs.gz", "BASE.FVECS.GZ"})
  void zippedFilesAreUnzipped(String name) throws IOException {
    assertThat(read(gzip(fvecs(ROWS)), name)).containsExactly(ROWS);
  }

  @Test
  void zippedBytesAreUnzipped() throws IOException {
    assertThat(read(gzip(bvecs(BYTES)), "base.bvecs.gz")).containsExactly(BYTES);
  }

  @Test
  void anEmptyFileHoldsNoVectors() throws IOException {
    assertThat(read(new byte[0], "base.fvecs")).isEmpty();
    assertThat(read(gzip(new byte[0]), "base.fvecs.gz")).isEmpty();
  }

  @Test
  void namesTellTheFormat() {
    assertThat(List.of("a.fvecs", "a.bvecs", "a.FVECS", "a.bvecs.gz")).allMatch(VecsReader::reads);
    assertThat(List.of("a.ivecs", "fvecs", "a.fvecs.zip", "a.gz", "")).noneMatch(VecsReader::reads);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VecsReader.open(InputStream.nullInputStream(), "a.parquet"))
        .withMessage("'a.parquet' is no .fvecs or .bvecs file, plain or with .gz.");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 9, 15})
  void aFileCutOffInARowNamesTheRow(int bytesOfRow) {
    byte[] cut = Arrays.copyOf(fvecs(ROWS), 16 + bytesOfRow);

    assertThatIOException()
        .isThrownBy(() -> read(cut, "base.fvecs"))
        .isInstanceOf(EOFException.class)
        .withMessage("'base.fvecs' is cut off in row 1.");
  }

  @Test
  void aZippedFileCutOffNamesTheRow() throws IOException {
    // random values cannot be compressed: the first rows are whole in the first half
    Random random = new Random(20261121);
    float[][] rows = new float[1000][];
    Arrays.setAll(rows, i -> new float[] {random.nextFloat(), random.nextFloat()});
    byte[] whole = gzip(fvecs(rows));
    byte[] cut = Arrays.copyOf(whole, whole.length / 2);

    assertThatIOException()
        .isThrownBy(() -> read(cut, "base.fvecs.gz"))
        .isInstanceOf(EOFException.class)
        .withMessageMatching("'base.fvecs.gz' is cut off in row \\d+\\.");
  }

  @Test
  void aZippedFileWithBrokenBytesNamesTheRow() throws IOException {
    byte[] broken = gzip(fvecs(ROWS));
    broken[broken.length - 8] ^= 1; // the checksum

    assertThatIOException()
        .isThrownBy(() -> read(broken, "base.fvecs.gz"))
        .withMessageStartingWith("'base.fvecs.gz' is corrupt in row ");
  }

  @Test
  void aPlainFileThatIsNamedAsZippedIsRefusedByName() {
    assertThatIOException()
        .isThrownBy(() -> read(fvecs(ROWS), "base.fvecs.gz"))
        .withMessage("'base.fvecs.gz' is not in gzip format.");
    assertThatIOException()
        .isThrownBy(() -> read(new byte[0], "base.fvecs.gz"))
        .withMessage("'base.fvecs.gz' is not in gzip format.");
  }

  @Test
  void aFileOfAnotherFormatIsRefused() {
    byte[] bytes =
        bvecs(BYTES); // as floats: row 0 takes 4 + 16 bytes, row 1 begins with 9, 8, 7, 6

    assertThatIOException()
        .isThrownBy(() -> read(bytes, "base.fvecs"))
        .withMessage(
            "Row 1 of 'base.fvecs' has dimension %d; the file is not of the format its name says.",
            0x06070809);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE, (1 << 20) + 1})
  void anImpossibleDimensionIsRefused(int dimension) {
    byte[] header = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(dimension).array();

    assertThatIOException()
        .isThrownBy(() -> read(header, "base.fvecs"))
        .withMessage(
            "Row 0 of 'base.fvecs' has dimension %d; the file is not of the format its name says.",
            dimension);
  }

  @Test
  void closingTheReaderClosesTheStream() throws IOException {
    AtomicInteger closed = new AtomicInteger();
    InputStream in =
        new ByteArrayInputStream(fvecs(ROWS)) {
          @Override
          public void close() {
            closed.incrementAndGet();
          }
        };

    VecsReader.open(in, "base.fvecs").close();

    assertThat(closed.get()).isPositive();
  }

  private static List<float[]> read(byte[] file, String name) throws IOException {
    List<float[]> rows = new ArrayList<>();
    try (VecsReader reader = VecsReader.open(new ByteArrayInputStream(file), name)) {
      for (float[] row = reader.next(); row != null; row = reader.next()) {
        rows.add(row);
      }
    }
    return rows;
  }

  private static byte[] fvecs(float[]... rows) {
    ByteBuffer file =
        ByteBuffer.allocate(rows.length * (4 + 4 * rows[0].length)).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] row : rows) {
      file.putInt(row.length);
      for (float value : row) {
        file.putFloat(value);
      }
    }
    return file.array();
  }

  private static byte[] bvecs(float[]... rows) {
    ByteBuffer file =
        ByteBuffer.allocate(rows.length * (4 + rows[0].length)).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] row : rows) {
      file.putInt(row.length);
      for (float value : row) {
        file.put((byte) value);
      }
    }
    return file.array();
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(plain);
    }
    return out.toByteArray();
  }
}
