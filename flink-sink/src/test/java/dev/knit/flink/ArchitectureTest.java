package dev.knit.flink;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.apache.flink.annotation.Experimental;
import org.apache.flink.annotation.Internal;

/** Which way dependencies go. */
@AnalyzeClasses(packages = "dev.knit.flink", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule connectorsMeetOnStorageOnly =
      noClasses().should().dependOnClassesThat(resideInAnyPackage("dev.knit.spark..", "scala.."));

  @ArchTest
  static final ArchRule theSinkDoesNotSeeTheTableConnector =
      noClasses()
          .that()
          .resideInAPackage("dev.knit.flink")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("dev.knit.flink.table..", "org.apache.flink.table.."));

  @ArchTest
  static final ArchRule flinkAndHadoopComeFromTheCluster =
      classes()
          .that()
          .resideInAPackage("dev.knit.flink")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                  "java..",
                  "dev.knit..",
                  "org.apache.flink..",
                  "org.apache.hadoop.conf..",
                  "org.apache.hadoop.fs..",
                  "org.slf4j.."));

  /** What Flink may change with any release is used by the sink and its aggregator alone. */
  @ArchTest
  static final ArchRule experimentalInterfacesStandInOnePlace =
      noClasses()
          .that()
          .resideInAPackage("dev.knit.flink")
          .and()
          .doNotHaveSimpleName("KnitSink")
          .and()
          .doNotHaveSimpleName("CommitAggregator")
          .should()
          .dependOnClassesThat(
              marked(Experimental.class)
                  .or(marked(Internal.class))
                  .and(not(resideInAnyPackage("dev.knit.."))));

  private static DescribedPredicate<JavaClass> marked(
      Class<? extends java.lang.annotation.Annotation> annotation) {
    return new DescribedPredicate<>("are marked as %s", annotation.getSimpleName()) {
      @Override
      public boolean test(JavaClass type) {
        return type.isAnnotatedWith(annotation);
      }
    };
  }
}
