package dev.knit.spark;

import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles and runs a block of Java that is the body of a method. */
final class JavaBlock {
  private static final String IMPORTS =
      """
      import dev.knit.spark.*;
      import dev.knit.vector.*;
      import org.apache.spark.sql.*;
      import static org.apache.spark.sql.functions.*;
      """;

  private JavaBlock() {}

  /**
   * Runs it.
   *
   * @param names what the block finds without declaring it, by name
   * @param directory for the class
   */
  static void run(CodeBlock block, Map<String, Object> names, Path directory) throws Exception {
    String fields =
        names.entrySet().stream()
            .map(
                given -> "public static %s %s;\n".formatted(type(given.getValue()), given.getKey()))
            .collect(Collectors.joining());
    String source =
        IMPORTS
            + "public final class Block {\n"
            + fields
            + "public static void run() throws Exception {\n"
            + block.code()
            + "\n}}\n";
    Files.createDirectories(directory);
    Path file = Files.writeString(directory.resolve("Block.java"), source);
    compile(file, block);
    try (URLClassLoader loader =
        new URLClassLoader(
            new URL[] {directory.toUri().toURL()}, JavaBlock.class.getClassLoader())) {
      Class<?> compiled = loader.loadClass("Block");
      for (Map.Entry<String, Object> given : names.entrySet()) {
        compiled.getField(given.getKey()).set(null, given.getValue());
      }
      compiled.getMethod("run").invoke(null);
    } catch (InvocationTargetException e) {
      throw new AssertionError(block + " failed: " + e.getCause().getMessage(), e.getCause());
    }
  }

  private static String type(Object value) {
    return value instanceof org.apache.spark.sql.Dataset
        ? "Dataset<Row>"
        : value instanceof org.apache.spark.sql.SparkSession
            ? "SparkSession"
            : value.getClass().getSimpleName();
  }

  private static void compile(Path file, CodeBlock block) throws Exception {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter errors = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of(
              "-proc:none",
              "-cp",
              System.getProperty("java.class.path"),
              "-d",
              file.getParent().toString());
      boolean compiled =
          compiler
              .getTask(errors, files, null, options, null, files.getJavaFileObjects(file))
              .call();
      if (!compiled) {
        throw new AssertionError(block + " does not compile:\n" + errors);
      }
    }
  }
}
