package dev.knit.spark.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;

/** Calls the {@code knit} command in this process. */
public final class KnitCalls {
  private KnitCalls() {}

  /** What it writes to standard error when it fails; empty when it is done. */
  public static String failure(String call) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words = call.split(" +(?=([^\"]*\"[^\"]*\")*[^\"]*$)");
    String[] args = Arrays.stream(words).map(word -> word.replace("\"", "")).toArray(String[]::new);
    int code = Main.run(new PrintWriter(out), new PrintWriter(err), args);
    return code == 0 ? "" : "exit code " + code + ": " + err;
  }
}
