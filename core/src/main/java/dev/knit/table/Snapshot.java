package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The whole state of an index table at one version; immutable. Engines send it to their workers as
 * {@link #toJson()}, so that all of them see the same version.
 *
 * @param readerFeatures names of what a reader must know
 * @param writerFeatures names of what a writer must know
 * @param version from 1
 * @param parentVersion the version it was made from; 0 for none
 * @param commitUuid tells this commit from any other of the same version
 * @param timestamp milliseconds since 1970-01-01 UTC, later than the parent's
 * @param ledger tags, expiry and the commits of writers; versions carry it on
 */
public record Snapshot(
    List<String> readerFeatures,
    List<String> writerFeatures,
    UUID tableUuid,
    long version,
    long parentVersion,
    UUID commitUuid,
    long timestamp,
    TableSchema schema,
    IndexParams params,
    List<SegmentInfo> segments,
    Operation operation,
    TableLedger ledger) {

  /** Copies the lists and checks the versions; adds what a writer must know of these segments. */
  public Snapshot {
    readerFeatures = List.copyOf(readerFeatures);
    segments = List.copyOf(segments);
    writerFeatures = withIds(writerFeatures, segments);
    if (parentVersion < 0 || version <= parentVersion) {
      throw new IllegalArgumentException(
          "Version %d cannot follow version %d.".formatted(version, parentVersion));
    }
  }

  private static List<String> withIds(List<String> features, List<SegmentInfo> segments) {
    boolean ids =
        segments.stream().flatMap(s -> s.rowsFiles().stream()).anyMatch(f -> f.ids() != null);
    return ids && !features.contains(ManifestJson.IDS)
        ? Stream.concat(features.stream(), Stream.of(ManifestJson.IDS)).toList()
        : List.copyOf(features);
  }

  /** Version 1 of a new table, to be given to {@link TableCommit}. */
  public static Snapshot first(
      TableSchema schema, IndexParams params, List<SegmentInfo> segments, Operation operation) {
    return new Snapshot(
        List.of(),
        List.of(),
        UUID.randomUUID(),
        1,
        0,
        UUID.randomUUID(),
        System.currentTimeMillis(),
        schema,
        params,
        segments,
        operation,
        TableLedger.NEW);
  }

  /** The version after this one with other segments, to be given to {@link TableCommit}. */
  public Snapshot next(List<SegmentInfo> newSegments, Operation newOperation) {
    return next(schema, params, newSegments, newOperation, ledger);
  }

  /**
   * The version after this one that replaces all there is, columns and parameters included: what
   * others have prepared on this one cannot be committed behind it.
   */
  public Snapshot next(
      TableSchema newSchema,
      IndexParams newParams,
      List<SegmentInfo> newSegments,
      Operation newOperation) {
    return next(newSchema, newParams, newSegments, newOperation, ledger.nextEpoch());
  }

  /** The version after this one with the same rows and another ledger. */
  Snapshot next(TableLedger newLedger, Operation newOperation) {
    return next(schema, params, segments, newOperation, newLedger);
  }

  /** The version after this one with the same rows and other metadata columns. */
  Snapshot next(TableSchema newSchema, Operation newOperation) {
    List<SegmentInfo> written = segments.stream().map(s -> s.writtenAs(schema)).toList();
    return next(newSchema, params, written, newOperation, ledger);
  }

  private Snapshot next(
      TableSchema newSchema,
      IndexParams newParams,
      List<SegmentInfo> newSegments,
      Operation newOperation,
      TableLedger newLedger) {
    return new Snapshot(
        readerFeatures,
        writerFeatures,
        tableUuid,
        version + 1,
        version,
        UUID.randomUUID(),
        Math.max(System.currentTimeMillis(), timestamp + 1),
        newSchema,
        newParams,
        newSegments.stream().map(this::settled).toList(),
        newOperation,
        newLedger);
  }

  /** Only the version that compacts a segment tells its origins. */
  private SegmentInfo settled(SegmentInfo segment) {
    return segment(segment.uuid()) == null ? segment : segment.with(List.of());
  }

  /**
   * The newest version of a table.
   *
   * @throws NoSuchIndexException when there is no table
   */
  public static Snapshot load(FileIO io, String table) throws IOException {
    return new IndexTable(io, table).snapshot();
  }

  /**
   * One version of a table.
   *
   * @throws NoSuchIndexException when there is no table or no such version
   */
  public static Snapshot load(FileIO io, String table, long version) throws IOException {
    return new IndexTable(io, table).snapshot(version);
  }

  /** The same version without segments, tags and commits of writers: what rows are written for. */
  Snapshot draft() {
    TableLedger own =
        new TableLedger(
            ledger.epoch(), ledger.earliestVersion(), new TreeMap<>(), CommitRing.EMPTY);
    return with(List.of(), own);
  }

  /** The same commit with these segments, before it is made. */
  public Snapshot with(List<SegmentInfo> newSegments) {
    return with(newSegments, ledger);
  }

  /** The same commit with this ledger, before it is made. */
  Snapshot with(TableLedger newLedger) {
    return with(segments, newLedger);
  }

  private Snapshot with(List<SegmentInfo> newSegments, TableLedger newLedger) {
    return new Snapshot(
        readerFeatures,
        writerFeatures,
        tableUuid,
        version,
        parentVersion,
        commitUuid,
        timestamp,
        schema,
        params,
        newSegments,
        operation,
        newLedger);
  }

  /** Rows of all segments that are not deleted. */
  public long rows() {
    return segments.stream().mapToLong(SegmentInfo::liveRows).sum();
  }

  /** The columns that the rows files of a segment have. */
  public TableSchema schema(SegmentInfo segment) {
    return segment.schema() == null ? schema : segment.schema();
  }

  /** The segment of that name; null when there is none. */
  SegmentInfo segment(UUID uuid) {
    return segments.stream().filter(s -> s.uuid().equals(uuid)).findFirst().orElse(null);
  }

  /** This snapshot as the JSON of a manifest. */
  public String toJson() {
    return ManifestJson.write(this);
  }

  /**
   * The snapshot that {@link #toJson} wrote.
   *
   * @throws IllegalArgumentException when it is something else, or of a newer format
   */
  public static Snapshot fromJson(String json) {
    try {
      return ManifestJson.read("snapshot", json);
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
