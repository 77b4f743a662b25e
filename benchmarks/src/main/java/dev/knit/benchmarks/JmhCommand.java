package dev.knit.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.Main;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** JMH's own command line, for the benchmarks of kernels and hot structures in this jar. */
@Command(name = "jmh", description = "Kernels and hot structures by JMH; jmh -h tells the options.")
final class JmhCommand implements Callable<Integer> {
  @Unmatched private final List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    Main.main(arguments.toArray(String[]::new));
    return 0;
  }
}
