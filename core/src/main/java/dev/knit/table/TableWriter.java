package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.IOException;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.roaringbitmap.RoaringBitmap;

/**
 * Changes an index table. Each method makes one version, or none when there is nothing to change,
 * and takes into account what others commit meanwhile, by these rules:
 *
 * <ul>
 *   <li>Rows may be added and deleted, segments compacted and columns changed side by side; deletes
 *       follow their rows into compacted segments. A compaction whose segments are gone becomes
 *       nothing.
 *   <li>Overwriting and rolling back win over such changes, but not over each other or a change of
 *       columns; what was prepared before is refused behind them.
 * </ul>
 *
 * <p>Methods throw {@link CommitConflictException} for what cannot stand beside another commit and
 * {@link CommitStateUnknownException} when the storage did not tell the outcome; after anything
 * else nothing was changed. With a {@link CommitKey} the same may be offered again and is made
 * once; an {@link IllegalArgumentException} tells that the key's writer was restored from an old
 * state.
 *
 * <p>Holds no state; safe for use by many threads.
 */
public final class TableWriter {
  private final FileIO io;
  private final String path;
  private final Runnable conflict;

  /** Changes the table in the directory {@code path}. */
  public TableWriter(FileIO io, String path) {
    this(io, path, () -> {});
  }

  /**
   * The same.
   *
   * @param conflict is told each time that another commit was faster and this one is tried again
   */
  public TableWriter(FileIO io, String path, Runnable conflict) {
    this.io = io;
    this.path = path;
    this.conflict = conflict;
  }

  /**
   * Adds segments, whose ids must be new: that is not looked at.
   *
   * @param base the version for which they were written
   * @param key null for none, as in all other methods
   */
  public Snapshot append(Snapshot base, List<SegmentInfo> segments, CommitKey key)
      throws IOException {
    return commit(base, RowsChange.append(io, path, segments), key);
  }

  /**
   * Adds segments whose rows take the place of those with the same ids, also of such as others add
   * meanwhile.
   *
   * @param base the version for which they were written
   * @throws IllegalArgumentException when an id stands in two of the new rows
   */
  public Snapshot upsert(Snapshot base, List<SegmentInfo> segments, CommitKey key)
      throws IOException {
    IdLookup ids = IdLookup.of(io, path, base, segments);
    RowDeletes replaced = new RowDeletes(io, path);
    ids.addRows(base, replaced);
    return commit(base, RowsChange.upsert(path, segments, replaced, ids::addRows), key);
  }

  /**
   * Deletes the rows of the newest version that have one of {@code ids}; rows that others add
   * meanwhile stay.
   *
   * @throws IllegalArgumentException when one is null or of another type than the id column
   */
  public Snapshot delete(Collection<?> ids, CommitKey key) throws IOException {
    Snapshot base = Snapshot.load(io, path);
    RowDeletes deleted = new RowDeletes(io, path);
    IdLookup.of(io, path, base.schema(), ids).addRows(base, deleted);
    return commit(base, RowsChange.delete(path, deleted), key);
  }

  /**
   * Deletes rows of {@code base} by their numbers.
   *
   * @param words for each segment the rows as words of a bit set, see {@link BitSet#valueOf}
   */
  public Snapshot delete(Snapshot base, long[][] words, CommitKey key) throws IOException {
    return commit(base, RowsChange.delete(path, rows(base, words)), key);
  }

  private RowDeletes rows(Snapshot base, long[][] words) {
    RowDeletes deleted = new RowDeletes(io, path);
    for (int i = 0; i < words.length; i++) {
      RoaringBitmap rows = new RoaringBitmap();
      BitSet.valueOf(words[i]).stream().forEach(rows::add);
      if (!rows.isEmpty()) {
        deleted.add(base.segments().get(i).uuid(), rows);
      }
    }
    return deleted;
  }

  /**
   * Deletes rows and adds segments in one version, as a statement that has read {@code base} means
   * it: refused when others have meanwhile added a row with the id of a new one, or, where there
   * are new rows, deleted one of the rows to be deleted.
   *
   * @param kind what the history tells
   * @param words the rows of {@code base} that go, see {@link #delete(Snapshot, long[][],
   *     CommitKey)}
   * @param added written for {@code base}
   * @throws IllegalArgumentException when an id stands in two of the new rows, or in a row that
   *     stays
   */
  public Snapshot edit(
      Snapshot base, String kind, long[][] words, List<SegmentInfo> added, CommitKey key)
      throws IOException {
    Optional<Snapshot> made = key == null ? Optional.empty() : committed(key);
    if (made.isPresent()) {
      return made.get();
    }
    RowDeletes rows = rows(base, words);
    EditedIds ids = EditedIds.of(io, path, base, added, rows);
    return commit(base, RowsChange.edit(path, kind, added, rows, ids), key);
  }

  /**
   * Applies changes that were sealed one after another, in one version: rows take the place of
   * those with their ids, ids that were deleted go, and of each id the last change counts.
   *
   * @param parts by one or more {@link GrowingSegment}s; of two that have an id in common the later
   *     stands behind the other
   * @param key of the content of {@code parts}, see {@link CommitKey#ofContent}
   * @return the version that was made, or the newest when the table has these rows already or there
   *     is nothing to change
   * @throws CommitConflictException also when the table was dropped and made anew, or replaced by
   *     one of other columns or parameters, since they were written
   * @throws CorruptIndexException when one of their files is missing
   */
  public Snapshot apply(List<SealedRows> parts, CommitKey key) throws IOException {
    Snapshot newest = newest();
    if (key != null && newest.ledger().ring().version(key).isPresent()) {
      return committed(key).orElse(newest);
    }
    return SealedChange.isIn(newest, parts)
        ? newest
        : commit(newest, new SealedChange(io, path, newest).of(parts), key);
  }

  /**
   * Puts the rows that were sealed in the place of all there are.
   *
   * @param parts as for {@link #apply}; none to leave the table empty
   */
  public Snapshot overwrite(List<SealedRows> parts, CommitKey key) throws IOException {
    Snapshot newest = newest();
    if (key != null && newest.ledger().ring().version(key).isPresent()) {
      return committed(key).orElse(newest);
    }
    List<SegmentInfo> segments = new SealedChange(io, path, newest).segments(parts);
    Operation operation = Operation.of(Operation.OVERWRITE);
    Snapshot next = newest.next(newest.schema(), newest.params(), segments, operation);
    return overwrite(newest, next, key);
  }

  /**
   * The version that the commit of a key has made, or the newest when that has expired; empty when
   * it was not made.
   *
   * @throws IllegalArgumentException when the key's writer was restored from an old state
   */
  public Optional<Snapshot> committed(CommitKey key) throws IOException {
    Snapshot newest = newest();
    OptionalLong version = newest.ledger().ring().version(key);
    if (version.isEmpty()) {
      return Optional.empty();
    }
    boolean kept = newest.ledger().keeps(version.getAsLong());
    return Optional.of(kept ? Snapshot.load(io, path, version.getAsLong()) : newest);
  }

  /**
   * Replaces all there is, columns and parameters included.
   *
   * @param draft made of {@code base} by {@link Snapshot#next(TableSchema, IndexParams, List,
   *     Operation)}
   */
  public Snapshot overwrite(Snapshot base, Snapshot draft, CommitKey key) throws IOException {
    return commit(base, ReplaceChange.overwrite(path, draft), key);
  }

  /**
   * Puts the same rows there in another form, such as with other graphs; refused beside changes of
   * rows. The draft is as for {@link #overwrite}.
   */
  public Snapshot rebuild(Snapshot base, Snapshot draft) throws IOException {
    return commit(base, ReplaceChange.rebuild(path, draft), null);
  }

  /** Makes the content of an earlier version that of a new one. */
  public Snapshot rollback(Snapshot target) throws IOException {
    return commit(newest(), ReplaceChange.rollback(path, target), null);
  }

  /** Adds a metadata column, which is null in the rows there are. */
  public Snapshot addColumn(Column column) throws IOException {
    return schema(Map.of("add", column.name()), schema -> schema.with(column));
  }

  /** Drops a metadata column; its values stay in the files that have them until compaction. */
  public Snapshot dropColumn(String name) throws IOException {
    return schema(Map.of("drop", name), schema -> schema.without(name));
  }

  /** Gives a metadata column another name. */
  public Snapshot renameColumn(String name, String newName) throws IOException {
    return schema(Map.of("rename", name, "to", newName), schema -> schema.renamed(name, newName));
  }

  /** Gives a version a name, which may have been another's; it does not expire then. */
  public Snapshot tag(String name, long version) throws IOException {
    if (!name.matches("[A-Za-z0-9._-]{1,100}")) {
      throw new IllegalArgumentException(
          "'%s' is no name for a tag: use up to 100 of A-Z, a-z, 0-9, '.', '_' and '-'."
              .formatted(name));
    }
    return commit(newest(), LedgerChange.tag(path, name, version), null);
  }

  /** Takes a name away. */
  public Snapshot untag(String name) throws IOException {
    return commit(newest(), LedgerChange.untag(path, name), null);
  }

  /**
   * Gives up old versions but those with a tag. Their files stay until {@link Vacuum}.
   *
   * @param earliest the first that is kept
   * @throws IllegalArgumentException when it is newer than the newest
   */
  public Snapshot expire(long earliest) throws IOException {
    Snapshot newest = newest();
    if (earliest < 1 || earliest > newest.version()) {
      throw new IllegalArgumentException(
          "Version %d cannot be the earliest of '%s'; its newest is %d."
              .formatted(earliest, path, newest.version()));
    }
    return commit(newest, LedgerChange.expire(earliest), null);
  }

  Snapshot commit(Snapshot base, Change change, CommitKey key) throws IOException {
    return new TableCommit(io, path, conflict).run(base, change, key);
  }

  private Snapshot schema(Map<String, String> details, UnaryOperator<TableSchema> change)
      throws IOException {
    return commit(newest(), new SchemaChange(path, details, change), null);
  }

  private Snapshot newest() throws IOException {
    return Snapshot.load(io, path);
  }
}
