package dev.knit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knit.io.FileIO;
import dev.knit.io.MemoryFileIO;
import dev.knit.table.ColumnType.Primitive;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kind of change against every other that is committed between its preparation and its
 * commit. Version 1 is empty, 2 has the rows 1, 2, 3 in a segment, 3 also 4 and 5 in another; row 1
 * is deleted in 4, on which both are prepared.
 */
class ConflictMatrixTest {
  private static final String PATH = "/table";

  private final FileIO io = new MemoryFileIO();
  private final TokenTable table = new TokenTable(io, PATH);
  private final TableWriter writer = new TableWriter(io, PATH);

  /** A kind of change; {@code other} is used by whoever comes first. */
  enum Kind {
    APPEND,
    UPSERT,
    DELETE,
    COMPACT,
    OVERWRITE,
    ROLLBACK,
    SCHEMA,
    TAG,
    EXPIRE;

    boolean replaces() {
      return this == OVERWRITE || this == ROLLBACK;
    }

    boolean keepsRows() {
      return this == TAG || this == EXPIRE;
    }
  }

  static Stream<Arguments> pairs() {
    return Stream.of(Kind.values())
        .flatMap(mine -> Stream.of(Kind.values()).map(theirs -> Arguments.of(mine, theirs)));
  }

  @ParameterizedTest(name = "{0} behind {1}")
  @MethodSource("pairs")
  void everyPairStandsOrIsRefused(Kind mine, Kind theirs) throws Exception {
    Snapshot base = base();
    Change myChange = change(mine, base, true);
    Snapshot first = new TableCommit(io, PATH).run(base, change(theirs, base, false), null);
    Set<Long> between = effect(theirs, content(base), false);
    assertThat(content(first)).isEqualTo(between);
    if (refused(mine, theirs)) {
      assertThatThrownBy(() -> new TableCommit(io, PATH).run(base, myChange, null))
          .isInstanceOf(CommitConflictException.class)
          .hasMessageStartingWith("Version 5 of '/table' ");
      assertThat(Snapshot.load(io, PATH)).isEqualTo(first);
      return;
    }
    Snapshot second = new TableCommit(io, PATH).run(base, myChange, null);
    assertThat(content(second)).isEqualTo(effect(mine, between, true));
    boolean nothing = mine == Kind.COMPACT && (theirs == Kind.COMPACT || theirs.replaces());
    assertThat(second.version())
        .isEqualTo(nothing || mine == Kind.EXPIRE && theirs == mine ? 5 : 6);
    assertThat(second.schema().metadata())
        .hasSize((mine == Kind.SCHEMA ? 1 : 0) + (theirs == Kind.SCHEMA ? 1 : 0));
    for (SegmentInfo segment : second.segments()) {
      assertThat(second.schema(segment).metadata()).isEmpty(); // they were written before
    }
  }

  @Test
  void compactionsOfOtherSegmentsStandSideBySide() throws Exception {
    Snapshot base = base();
    Change mine = table.compaction(base.segments().subList(0, 1));
    Change theirs = table.compaction(base.segments().subList(1, 2));
    new TableCommit(io, PATH).run(base, theirs, null);
    Snapshot second = new TableCommit(io, PATH).run(base, mine, null);
    assertThat(second.version()).isEqualTo(6);
    assertThat(content(second)).isEqualTo(content(base));
    assertThat(second.segments()).doesNotContainAnyElementsOf(base.segments()).hasSize(2);
  }

  @Test
  void compactionOfASegmentThatOthersCompactedWithAnotherIsGivenUp() throws Exception {
    Snapshot base = base();
    Change mine = table.compaction(base.segments().subList(0, 1));
    Snapshot first = new TableCommit(io, PATH).run(base, table.compaction(base.segments()), null);
    assertThat(new TableCommit(io, PATH).run(base, mine, null)).isEqualTo(first);
  }

  @Test
  void deletesFollowTheirRowsThroughSeveralCompactionsAndOtherDeletes() throws Exception {
    Snapshot base = base();
    Change mine = delete(base, Set.of(3L, 5L));
    Snapshot now = new TableCommit(io, PATH).run(base, delete(base, Set.of(2L, 5L)), null);
    now = new TableCommit(io, PATH).run(now, table.compaction(now.segments()), null);
    now = writer.append(now, List.of(table.write(List.of(20L))), null);
    now = new TableCommit(io, PATH).run(now, table.compaction(now.segments()), null);
    assertThat(content(now)).containsExactly(3L, 4L, 20L);
    Snapshot last = new TableCommit(io, PATH).run(base, mine, null);
    assertThat(last.version()).isEqualTo(9);
    assertThat(content(last)).containsExactly(4L, 20L);
  }

  @Test
  void compactionIsBehindDeletesThatTakeAllOfItsRows() throws Exception {
    Snapshot base = base();
    Change mine = table.compaction(base.segments().subList(0, 1));
    new TableCommit(io, PATH).run(base, delete(base, Set.of(2L, 3L)), null);
    Snapshot second = new TableCommit(io, PATH).run(base, mine, null);
    assertThat(content(second)).containsExactly(4L, 5L);
    Change gone = table.compaction(second.segments().subList(0, 1));
    Snapshot third = new TableCommit(io, PATH).run(second, gone, null);
    assertThat(third.segments()).hasSize(1);
  }

  @Test
  void columnOfTheSameNameIsAddedOnce() throws Exception {
    Snapshot base = base();
    new TableCommit(io, PATH).run(base, change(Kind.SCHEMA, base, true), null);
    Change same = change(Kind.SCHEMA, base, true);
    assertThatThrownBy(() -> new TableCommit(io, PATH).run(base, same, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There are two columns 'mine'.");
  }

  private static boolean refused(Kind mine, Kind theirs) {
    if (mine.keepsRows() || theirs.keepsRows() || mine == Kind.COMPACT) {
      return false;
    }
    return theirs.replaces() || mine.replaces() && theirs == Kind.SCHEMA;
  }

  private Snapshot base() throws IOException {
    Snapshot first = TokenTable.first();
    TableCommit.create(io, PATH, first);
    Snapshot second = writer.append(first, List.of(table.write(List.of(1L, 2L, 3L))), null);
    Snapshot third = writer.append(second, List.of(table.write(List.of(4L, 5L))), null);
    return new TableCommit(io, PATH).run(third, delete(third, Set.of(1L)), null);
  }

  /** Mine adds 10 and takes 2 and 4; theirs adds 20 and takes 2 and 5. */
  private Change change(Kind kind, Snapshot base, boolean mine) throws IOException {
    List<Long> added = List.of(mine ? 10L : 20L);
    Set<Long> taken = mine ? Set.of(2L, 4L) : Set.of(2L, 5L);
    return switch (kind) {
      case APPEND -> RowsChange.append(io, PATH, List.of(table.write(added)));
      case DELETE -> delete(base, taken);
      case UPSERT -> upsert(base, added, taken);
      case COMPACT -> table.compaction(base.segments());
      case OVERWRITE ->
          ReplaceChange.overwrite(
              PATH,
              base.next(
                  base.schema(),
                  base.params(),
                  List.of(table.write(added)),
                  Operation.of(Operation.BUILD)));
      case ROLLBACK -> ReplaceChange.rollback(PATH, Snapshot.load(io, PATH, 2));
      case SCHEMA ->
          new SchemaChange(
              PATH,
              Map.of(),
              schema -> schema.with(new Column(mine ? "mine" : "theirs", Primitive.INT32, true)));
      case TAG -> LedgerChange.tag(PATH, mine ? "mine" : "theirs", 3);
      case EXPIRE -> LedgerChange.expire(2);
    };
  }

  private RowsChange delete(Snapshot base, Set<Long> taken) throws IOException {
    return RowsChange.delete(PATH, rows(base, taken));
  }

  /** Mine also takes what theirs adds: the newest wins. */
  private RowsChange upsert(Snapshot base, List<Long> added, Set<Long> taken) throws IOException {
    return RowsChange.upsert(
        PATH,
        List.of(table.write(added)),
        rows(base, taken),
        (snapshot, segment, rows) ->
            rows.add(segment.uuid(), table.rows(segment, row -> row == 20)));
  }

  private RowDeletes rows(Snapshot base, Set<Long> taken) throws IOException {
    RowDeletes deletes = new RowDeletes(io, PATH);
    for (SegmentInfo segment : base.segments()) {
      deletes.add(segment.uuid(), table.rows(segment, taken::contains));
    }
    return deletes;
  }

  private static Set<Long> effect(Kind kind, Set<Long> content, boolean mine) {
    TreeSet<Long> changed = new TreeSet<>(content);
    List<Long> taken = new ArrayList<>(mine ? List.of(2L, 4L) : List.of(2L, 5L));
    switch (kind) {
      case APPEND -> changed.add(mine ? 10L : 20L);
      case DELETE -> changed.removeAll(taken);
      case UPSERT -> {
        taken.add(20L);
        changed.removeAll(taken);
        changed.add(mine ? 10L : 20L);
      }
      case OVERWRITE -> {
        changed.clear();
        changed.add(mine ? 10L : 20L);
      }
      case ROLLBACK -> {
        changed.clear();
        changed.addAll(List.of(1L, 2L, 3L));
      }
      default -> {}
    }
    return changed;
  }

  private TreeSet<Long> content(Snapshot snapshot) throws IOException {
    return table.content(snapshot);
  }
}
