package dev.knit.spark;

import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.parser.ParserInterface;
import scala.jdk.javaapi.CollectionConverters;

/** Names of tables as SQL writes them. */
public final class TableNames {
  private TableNames() {}

  /** Whether it is a directory, which as a part of a name stands in backticks. */
  public static boolean isPath(String name) {
    return name.contains("/") && !name.contains("`");
  }

  /**
   * The parts of a name.
   *
   * @throws KnitException when it is none
   */
  public static List<String> parts(SparkSession spark, String name) {
    ParserInterface parser = Sessions.classic(spark).sessionState().sqlParser();
    return KnitErrors.told(
        () -> CollectionConverters.asJava(parser.parseMultipartIdentifier(name)));
  }
}
