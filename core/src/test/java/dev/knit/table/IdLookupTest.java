package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.io.FileIO;
import dev.knit.io.ForwardingFileIO;
import dev.knit.io.MemoryFileIO;
import dev.knit.table.ColumnType.Primitive;
import dev.knit.vector.Metric;
import dev.knit.vector.Quantization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Rows are found by their ids, and little is read for it. */
class IdLookupTest {
  private final Reads io = new Reads();

  /** Counts what is read of data files. */
  private static final class Reads extends ForwardingFileIO {
    private final List<String> opened = new ArrayList<>();
    private long bytes;
    private int reads;

    Reads() {
      super(new MemoryFileIO());
    }

    @Override
    public InputStream open(String path) throws IOException {
      if (path.contains("/segments/")) {
        opened.add(path);
      }
      return super.open(path);
    }

    @Override
    public byte[] read(String path, long from, int count) throws IOException {
      bytes += count;
      reads++;
      return super.read(path, from, count);
    }
  }

  @Test
  void someIdsAreFoundInSomeBlocks() throws Exception {
    Snapshot snapshot =
        table(Primitive.INT64, shuffled(LongStream.range(0, 100_000).boxed().toList()));
    assertThat(find(snapshot, List.of(5L, 77_777L, 100_000L, -1L)))
        .containsExactlyInAnyOrder(5L, 77_777L);
    assertThat(io.opened).isEmpty();
    assertThat(io.reads).isEqualTo(6); // of each file the directory, and a block for each id
    assertThat(io.bytes).isLessThan(220_000); // of 1.2 MB
  }

  @Test
  void idsBeyondTheStatisticsAreNotLookedFor() throws Exception {
    Snapshot snapshot = table(Primitive.INT32, List.of(10, 20, 30));
    assertThat(find(snapshot, List.of(9, 31))).isEmpty();
    assertThat(io.reads).isZero();
    assertThat(find(snapshot, List.of(9, 15, 31))).isEmpty();
    assertThat(io.reads).isEqualTo(2);
  }

  @Test
  void everyIdIsFoundWhateverItsBlockAndType() throws Exception {
    Random random = new Random(3);
    List<Object> texts =
        new ArrayList<>(List.of("", "\uFFFD", "\uD83D\uDE00", "\uE000x", "z".repeat(70_000)));
    IntStream.range(0, 20_000)
        .forEach(i -> texts.add("id " + random.nextInt() + "ä".repeat(i % 40)));
    List<Object> ints = new ArrayList<>(IntStream.range(-9000, 9000).boxed().toList());
    for (List<Object> ids : List.of(distinct(texts), ints)) {
      Primitive type = ids.get(0) instanceof String ? Primitive.STRING : Primitive.INT32;
      Snapshot snapshot = table(type, shuffled(ids));
      assertThat(find(snapshot, ids)).hasSameSizeAs(ids);
      List<Object> some = ids.subList(100, 150);
      assertThat(find(snapshot, some)).containsExactlyInAnyOrderElementsOf(some);
      for (Object id : ids.subList(0, 6)) {
        assertThat(find(snapshot, List.of(id))).containsExactly(id);
      }
    }
  }

  @Test
  void idThatStandsInManyRowsIsFoundInAll() throws Exception {
    List<Object> ids = new ArrayList<>(Collections.nCopies(10_000, 5L));
    ids.addAll(Collections.nCopies(10, 4L));
    ids.addAll(Collections.nCopies(10, 6L));
    Snapshot snapshot = table(Primitive.INT64, shuffled(ids));
    assertThat(rows(snapshot, List.of(5L))).hasSize(10_000);
    assertThat(rows(snapshot, List.of(4L))).hasSize(10);
    assertThat(rows(snapshot, List.of(6L, 7L))).hasSize(10);
  }

  @Test
  void filesWithoutIdsAreReadWhole() throws Exception {
    Snapshot snapshot = table(Primitive.INT64, List.of(3L, 1L, 2L));
    SegmentInfo segment = snapshot.segments().get(0);
    RowsFile file = segment.rowsFiles().get(0);
    RowsFile old = new RowsFile(file.path(), file.bytes(), file.crc32c(), file.rows());
    Snapshot before =
        Snapshot.first(
            snapshot.schema(),
            snapshot.params(),
            List.of(SegmentInfo.flat(segment.uuid(), List.of(old))),
            Operation.of("build"));
    assertThat(before.writerFeatures()).isEmpty();
    assertThat(find(before, List.of(1L, 9L))).containsExactly(1L);
    assertThat(io.opened).hasSize(1);
  }

  private static List<Object> distinct(List<Object> ids) {
    return new ArrayList<>(new HashSet<>(ids));
  }

  private static List<Object> shuffled(List<?> ids) {
    List<Object> shuffled = new ArrayList<>(ids);
    Collections.shuffle(shuffled, new Random(1));
    return shuffled;
  }

  /** A table whose rows are in two files of one segment. */
  private Snapshot table(Primitive type, List<?> ids) throws IOException {
    TableSchema schema = new TableSchema(new Column("id", type, false), "v", 1, List.of());
    UUID uuid = UUID.randomUUID();
    List<RowsFile> files = new ArrayList<>();
    int half = ids.size() == 3 ? 3 : ids.size() / 2;
    for (List<?> part : List.of(ids.subList(0, half), ids.subList(half, ids.size()))) {
      if (part.isEmpty()) {
        continue;
      }
      String path = TableLayout.segmentFile(uuid, "rows%d.arrow".formatted(files.size()));
      try (RowsWriter writer = RowsWriter.create(io, "/table", path, schema)) {
        for (Object id : part) {
          writer.write(id, new float[] {1}, new Object[0]);
        }
        files.add(writer.finish());
      }
    }
    IndexParams params = new IndexParams(Metric.L2, 4, 20, 1, 0, Quantization.NONE);
    return Snapshot.first(
        schema, params, List.of(SegmentInfo.flat(uuid, files)), Operation.of("build"));
  }

  @Test
  void idsOfSegmentsAreLookedForSomeAtATime() throws Exception {
    for (Primitive type : List.of(Primitive.INT64, Primitive.STRING)) {
      Random random = new Random(7);
      List<Object> there = ids(type, shuffled(LongStream.range(0, 30_000).boxed().toList()));
      List<Object> added =
          ids(type, random.longs(9_000, 0, 60_000).distinct().boxed().map(Long::valueOf).toList());
      Snapshot base = table(type, there);
      Snapshot more = table(type, added);
      Set<Object> known = new HashSet<>(added);
      for (int most : new int[] {900, added.size(), added.size() + 1, 1 << 18}) {
        RowDeletes found = new RowDeletes(io, "/table");
        IdLookup.of(io, "/table", base, more.segments(), most).addRows(base, found);

        int[] rows = found.rows(base.segments().get(0).uuid());
        assertThat(Arrays.stream(rows).mapToObj(stored(base)::get).toList())
            .as("%s, %d at a time", type, most)
            .containsExactlyInAnyOrderElementsOf(there.stream().filter(known::contains).toList());
      }
    }
  }

  @Test
  void anIdInTwoRowsIsRefusedHoweverManyAreLookedForAtATime() throws Exception {
    List<Object> ids = new ArrayList<>(LongStream.range(0, 5000).boxed().toList());
    ids.add(4321L);
    Snapshot twice = table(Primitive.INT64, ids);
    for (int most : new int[] {1, 10, 4321, 4322, 10_000}) {
      assertThatThrownBy(
              () ->
                  IdLookup.of(io, "/table", twice, twice.segments(), most)
                      .addRows(twice.with(List.of()), new RowDeletes(io, "/table")))
          .as("%d at a time", most)
          .hasMessage("Id 4321 stands in more than one row.");
    }
  }

  private List<Object> stored(Snapshot snapshot) {
    List<Object> ids = new ArrayList<>();
    for (RowsFile file : snapshot.segments().get(0).rowsFiles()) {
      try {
        ids.addAll(
            Arrays.asList(RowsReader.storedIds(((FileIO) io), "/table", file, snapshot.schema())));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return ids;
  }

  private static List<Object> ids(Primitive type, List<?> numbers) {
    return numbers.stream()
        .map(number -> type == Primitive.STRING ? (Object) ("id " + number) : number)
        .toList();
  }

  private List<Object> find(Snapshot snapshot, Collection<?> ids) throws IOException {
    Set<Integer> rows = rows(snapshot, ids);
    List<Object> found = new ArrayList<>();
    int first = 0;
    int reads = io.reads;
    long bytes = io.bytes;
    for (RowsFile file : snapshot.segments().get(0).rowsFiles()) {
      Object[] all = RowsReader.storedIds(((FileIO) io), "/table", file, snapshot.schema());
      for (int row = 0; row < all.length; row++) {
        if (rows.contains(first + row)) {
          found.add(all[row]);
        }
      }
      first += all.length;
      io.opened.remove(io.opened.size() - 1);
    }
    io.reads = reads;
    io.bytes = bytes;
    return found;
  }

  private Set<Integer> rows(Snapshot snapshot, Collection<?> ids) throws IOException {
    io.reads = 0;
    io.bytes = 0;
    io.opened.clear();
    RowDeletes deletes = new RowDeletes(io, "/table");
    IdLookup.of(io, "/table", snapshot.schema(), ids).addRows(snapshot, deletes);
    Set<Integer> rows = new HashSet<>();
    Arrays.stream(deletes.rows(snapshot.segments().get(0).uuid())).forEach(rows::add);
    return rows;
  }
}
