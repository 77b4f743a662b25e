package dev.knit.table;

import dev.knit.io.FileIO;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * Puts one segment in the place of some, beside other writers and other compactions; {@link
 * CompactionPlan} tells which are worth it, {@link SegmentMerge} how it is made.
 */
public final class Compactor {
  private final FileIO io;
  private final String table;

  private Compactor(FileIO io, String table) {
    this.io = io;
    this.table = table;
  }

  /**
   * What was done.
   *
   * @param snapshot the version that was made, or the newest when there was nothing to do
   * @param compacted segments that were replaced; 0 also when others replaced one of them meanwhile
   * @param segments in their place
   * @param rows in those
   * @param dropped deleted rows that are gone now
   */
  public record Report(Snapshot snapshot, int compacted, int segments, long rows, long dropped) {
    /** This and what was done later. */
    Report and(Report later) {
      return new Report(
          later.snapshot,
          compacted + later.compacted,
          segments + later.segments,
          rows + later.rows,
          dropped + later.dropped);
    }

    private static Report of(Snapshot made, List<SegmentInfo> inputs, SegmentInfo output) {
      long all = inputs.stream().mapToLong(SegmentInfo::rows).sum();
      long rows = output == null ? 0 : output.rows();
      return new Report(made, inputs.size(), output == null ? 0 : 1, rows, all - rows);
    }

    private static Report nothing(Snapshot newest) {
      return new Report(newest, 0, 0, 0, 0);
    }
  }

  /** Told of work as it goes on. */
  public interface Progress {
    /** That many rows more are in a new segment's files; may throw to give up. */
    void advance(int rows);
  }

  /** Compacts what {@link CompactionPlan#groups} chooses, one group after another. */
  public static Report compact(FileIO io, String table, int threads) throws IOException {
    Snapshot newest = Snapshot.load(io, table);
    return new Compactor(io, table).compact(newest, CompactionPlan.groups(newest), threads);
  }

  /** Makes one segment without deleted rows of all that the newest version has. */
  public static Report compactAll(FileIO io, String table, int threads) throws IOException {
    Snapshot newest = Snapshot.load(io, table);
    return new Compactor(io, table).compact(newest, CompactionPlan.all(newest), threads);
  }

  /**
   * Makes one segment of those with these names; nothing when one of them is gone. All of their
   * vectors are in memory then. Others may compact other segments at the same time.
   */
  public static Report compact(
      FileIO io, String table, Collection<UUID> segments, int threads, Progress progress)
      throws IOException {
    Snapshot base = Snapshot.load(io, table);
    List<SegmentInfo> inputs =
        base.segments().stream().filter(segment -> segments.contains(segment.uuid())).toList();
    if (inputs.size() < segments.size()) {
      return Report.nothing(base); // others were faster, or this was done before
    }
    SegmentMerge merge = SegmentMerge.of(io, table, base, inputs, threads, progress);
    return new Compactor(io, table).replace(base, inputs, merge);
  }

  /**
   * Builds the graphs of the newest version anew that are damaged; rows must be whole.
   *
   * @return a report for each
   */
  public static List<Report> repair(FileIO io, String table, int threads) throws IOException {
    List<Report> repaired = new ArrayList<>();
    for (SegmentInfo segment : Snapshot.load(io, table).segments()) {
      Snapshot base = Snapshot.load(io, table);
      SegmentInfo now = base.segment(segment.uuid());
      if (now != null && isDamaged(io, table, now)) {
        SegmentMerge merge = SegmentMerge.anew(io, table, base, now, threads);
        repaired.add(new Compactor(io, table).replace(base, List.of(now), merge));
      }
    }
    return repaired;
  }

  private static boolean isDamaged(FileIO io, String table, SegmentInfo segment)
      throws IOException {
    try {
      if (!segment.isFlat()) {
        GraphFile.read(io, table, segment.graphFiles());
      }
      return false;
    } catch (CorruptIndexException e) {
      return true;
    }
  }

  private Report compact(Snapshot newest, List<List<SegmentInfo>> groups, int threads)
      throws IOException {
    Report report = Report.nothing(newest);
    for (List<SegmentInfo> group : groups) {
      List<UUID> names = group.stream().map(SegmentInfo::uuid).toList();
      report = report.and(compact(io, table, names, threads, rows -> {}));
    }
    return report;
  }

  private Report replace(Snapshot base, List<SegmentInfo> inputs, SegmentMerge merge)
      throws IOException {
    try (RenewedLease lease = RenewedLease.take(io, table, base.version())) {
      SegmentInfo output = merge.run();
      Change change = new CompactChange(io, table, inputs, output);
      Snapshot made = new TableWriter(io, table).commit(base, change, null);
      boolean used =
          inputs.stream().allMatch(input -> made.segment(input.uuid()) == null)
              && (output == null || made.segment(output.uuid()) != null);
      return used ? Report.of(made, inputs, output) : Report.nothing(made);
    }
  }
}
