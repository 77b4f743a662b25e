package dev.knit.spark.cli;

import dev.knit.spark.KnitIndex;
import dev.knit.table.Column;
import dev.knit.table.ColumnType.Primitive;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code knit delete}. */
@Command(name = "delete", description = "Delete rows of an index.", mixinStandardHelpOptions = true)
final class DeleteCommand implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Option(names = "--index", required = true, description = "Directory of the index.")
  private String index;

  @ArgGroup(multiplicity = "1")
  private Doomed doomed;

  /** Which rows. */
  private static final class Doomed {
    @Option(names = "--id", split = ",", required = true, description = "Ids of rows.")
    private List<String> ids;

    @Option(names = "--where", required = true, description = "SQL condition on the columns.")
    private String condition;
  }

  @Option(names = "--compact", description = "Compact afterwards if it is worth it.")
  private boolean compact;

  @Override
  public Integer call() {
    KnitIndex before = KnitIndex.open(LocalSession.start(), index);
    KnitIndex after =
        doomed.ids == null
            ? before.delete(doomed.condition)
            : before.delete(ids(before.snapshot().schema().id()));
    long deleted = before.snapshot().rows() - after.snapshot().rows();
    command.commandLine().getOut().printf("Deleted %,d row(s).%n", deleted);
    Changes.print(command.commandLine().getOut(), after.snapshot());
    if (compact) {
      CompactCommand.print(command.commandLine().getOut(), after.compact());
    }
    return 0;
  }

  private List<?> ids(Column id) {
    if (id.type() == Primitive.STRING) {
      return doomed.ids;
    }
    return doomed.ids.stream().map(text -> number(text, id)).toList();
  }

  private static Long number(String text, Column id) {
    try {
      return Long.valueOf(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "Id '%s' is no whole number, but column '%s' is of type %s."
              .formatted(text, id.name(), id.type()),
          e);
    }
  }
}
