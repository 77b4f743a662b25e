package dev.knit.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A block of code on a page of Markdown.
 *
 * @param line of the page on which the code begins, from 1
 * @param language as the page says; empty where it does not
 */
record CodeBlock(Path page, int line, String language, String code) {
  private static final String FENCE = "```";

  /** All blocks of a page, in order. */
  static List<CodeBlock> of(Path page) throws IOException {
    List<CodeBlock> blocks = new ArrayList<>();
    List<String> lines = Files.readAllLines(page);
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith(FENCE)) {
        int first = i + 1;
        do {
          i++;
        } while (!lines.get(i).equals(FENCE));
        String language = lines.get(first - 1).substring(FENCE.length()).strip();
        blocks.add(
            new CodeBlock(page, first + 1, language, String.join("\n", lines.subList(first, i))));
      }
    }
    return blocks;
  }

  /** The same with texts replaced, one after another. */
  CodeBlock with(List<String[]> replacements) {
    String replaced = code;
    for (String[] pair : replacements) {
      replaced = replaced.replace(pair[0], pair[1]);
    }
    return new CodeBlock(page, line, language, replaced);
  }

  /** SQL without the semicolons between its statements. */
  List<String> statements() {
    return List.of(code.strip().split(";\\s*(\n|$)"));
  }

  /** Command lines, of which one may go on behind a backslash, without comments. */
  List<String> commands() {
    return code.replaceAll("\\\\\n\\s*", " ")
        .lines()
        .map(command -> command.replaceFirst("\\s+#.*", "").strip())
        .filter(command -> !command.isEmpty())
        .toList();
  }

  @Override
  public String toString() {
    return "%s:%d (%s)".formatted(page.getFileName(), line, language);
  }
}
