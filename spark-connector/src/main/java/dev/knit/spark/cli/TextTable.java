package dev.knit.spark.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import scala.jdk.javaapi.CollectionConverters;

/** Rows as columns of text. */
final class TextTable {
  private static final int WIDEST = 40;

  private TextTable() {}

  static void print(PrintWriter out, List<Row> rows) {
    if (rows.isEmpty()) {
      out.println("No rows.");
      return;
    }
    List<String[]> lines = new ArrayList<>();
    lines.add(rows.get(0).schema().fieldNames());
    for (Row row : rows) {
      String[] cells = new String[row.size()];
      for (int i = 0; i < cells.length; i++) {
        cells[i] = text(row.get(i));
      }
      lines.add(cells);
    }
    print(out, lines);
  }

  /** Prints lines of cells, of which the first are headings. */
  static void print(PrintWriter out, Iterable<String[]> lines) {
    int[] widths = new int[lines.iterator().next().length];
    for (String[] line : lines) {
      for (int i = 0; i < line.length; i++) {
        widths[i] = Math.max(widths[i], line[i].length());
      }
    }
    for (String[] line : lines) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < line.length; i++) {
        text.append(line[i]).append(" ".repeat(widths[i] - line[i].length() + 2));
      }
      out.println(text.toString().stripTrailing());
    }
    out.flush();
  }

  static String text(Object value) {
    String text =
        value instanceof Float number
            ? String.format(Locale.ROOT, "%.4f", number)
            : value instanceof scala.collection.Seq<?> list
                ? String.join(
                    ", ", CollectionConverters.asJava(list).stream().map(String::valueOf).toList())
                : String.valueOf(value);
    return text.length() > WIDEST ? text.substring(0, WIDEST - 1) + "…" : text;
  }
}
