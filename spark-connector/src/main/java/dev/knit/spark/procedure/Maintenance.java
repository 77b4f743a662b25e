package dev.knit.spark.procedure;

import dev.knit.spark.KnitIndex;
import dev.knit.spark.TableAccess;
import dev.knit.table.Snapshot;
import dev.knit.table.TableVerifier;
import dev.knit.table.Vacuum;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** What the procedures do that change a table or check it. */
final class Maintenance {
  private Maintenance() {}

  static List<Row> compact(Call call) {
    KnitIndex.Compaction done =
        call.flag("all") ? call.index().compactAll() : call.index().compact();
    return List.of(
        RowFactory.create(
            done.index().snapshot().version(),
            done.compacted(),
            done.segments(),
            done.rows(),
            done.dropped()));
  }

  /** Keeps the newest versions, or those of a time and after. */
  static List<Row> expire(Call call) throws IOException {
    KnitIndex index = call.index();
    long newest = index.snapshot().version();
    long earliest =
        call.only("keep", "older_than").equals("keep")
            ? Math.max(1, newest - call.number("keep", 1) + 1)
            : index.history().stream()
                .filter(version -> version.timestamp() >= call.time("older_than").toEpochMilli())
                .mapToLong(version -> version.version())
                .min()
                .orElse(newest);
    Snapshot made = index.writer().expire(earliest);
    return List.of(RowFactory.create(made.version(), earliest));
  }

  static List<Row> vacuum(Call call) throws IOException {
    KnitIndex index = call.index();
    TableAccess table = TableAccess.of(call.spark(), index.path());
    Duration grace = Duration.ofHours(call.number("grace_hours", 0));
    Vacuum.Report report =
        call.flag("dry_run")
            ? Vacuum.plan(table.io(), table.path(), grace)
            : Vacuum.run(table.io(), table.path(), grace);
    return List.of(
        RowFactory.create(
            !call.flag("dry_run"),
            report.versions().size(),
            report.files().size(),
            report.bytes()));
  }

  static List<Row> verify(Call call) {
    KnitIndex index = call.index();
    TableVerifier.Report report =
        (call.has("version") ? index.version(call.number("version", 1)) : index).verify();
    return List.of(
        RowFactory.create(
            report.version(),
            report.isWhole(),
            report.files(),
            report.bytes(),
            report.problems().toArray(String[]::new)));
  }

  static List<Row> history(Call call) {
    List<Row> rows = new ArrayList<>();
    call.index()
        .history()
        .forEach(
            version ->
                rows.add(
                    RowFactory.create(
                        version.version(),
                        new java.sql.Timestamp(version.timestamp()),
                        version.operation().kind(),
                        version.rows(),
                        version.segments(),
                        version.tags().toArray(String[]::new),
                        version.operation().details())));
    return rows;
  }

  static List<Row> rollback(Call call) throws IOException {
    KnitIndex index = call.index();
    KnitIndex target =
        switch (call.only("version", "tag", "timestamp")) {
          case "version" -> index.version(call.number("version", 1));
          case "tag" -> index.version(call.text("tag"));
          default -> index.version(call.time("timestamp"));
        };
    Snapshot made = index.writer().rollback(target.snapshot());
    return List.of(RowFactory.create(made.version(), target.snapshot().version()));
  }

  static List<Row> tag(Call call) throws IOException {
    KnitIndex index = call.index();
    String name = name(call);
    long version = call.has("version") ? call.number("version", 1) : index.snapshot().version();
    index.writer().tag(name, version);
    return List.of(RowFactory.create(name, version));
  }

  static List<Row> untag(Call call) throws IOException {
    KnitIndex index = call.index();
    String name = name(call);
    index.writer().untag(name);
    return List.of(RowFactory.create(name));
  }

  private static String name(Call call) {
    if (!call.has("name")) {
      throw new IllegalArgumentException("name must not be null.");
    }
    return call.text("name");
  }
}
