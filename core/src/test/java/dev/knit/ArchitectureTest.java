package dev.knit;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.Serializable;

/** The rules of the house; a reader learns its rooms here. */
@AnalyzeClasses(packages = "dev.knit", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  /** vector ← hnsw ← table; io ← table. */
  @ArchTest
  static final ArchRule nothingPointsUp =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("table")
          .definedBy("dev.knit.table..")
          .layer("hnsw")
          .definedBy("dev.knit.hnsw..")
          .layer("vector")
          .definedBy("dev.knit.vector..")
          .layer("io")
          .definedBy("dev.knit.io..")
          .whereLayer("table")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("hnsw")
          .mayOnlyBeAccessedByLayers("table")
          .whereLayer("vector")
          .mayOnlyBeAccessedByLayers("hnsw", "table")
          .whereLayer("io")
          .mayOnlyBeAccessedByLayers("table");

  @ArchTest
  static final ArchRule packagesFormNoCycle =
      slices().matching("dev.knit.(*)..").should().beFreeOfCycles().allowEmptyShould(true);

  @ArchTest
  static final ArchRule graphsAndVectorsKnowNoFiles =
      noClasses()
          .that()
          .resideInAnyPackage("dev.knit.hnsw..", "dev.knit.vector..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                      "java.io..", "java.nio.file..", "java.nio.channels..", "java.net..")
                  .and(not(type(Serializable.class))))
          .because("hnsw knows no I/O, no row ids, no paths; its options may travel");

  @ArchTest
  static final ArchRule onlyTheHadoopStorageSeesHadoop =
      noClasses()
          .that()
          .haveNameNotMatching("dev\\.knit\\.io\\.(Hadoop|Hdfs|S3).*")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.hadoop..");

  @ArchTest
  static final ArchRule onlyTheIndexTableSeesArrow =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.knit.table..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.arrow..");

  @ArchTest
  static final ArchRule coreSeesNoEngine =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.spark..", "org.apache.flink..", "scala..", "com.esotericsoftware..")
          .because("each connector brings its own engine, Scala and Kryo");
}
