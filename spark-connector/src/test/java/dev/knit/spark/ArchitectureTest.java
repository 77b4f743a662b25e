package dev.knit.spark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** How the connector stands to the other rooms of the house. */
@AnalyzeClasses(
    packages = "dev.knit.spark",
    importOptions = {ImportOption.DoNotIncludeTests.class})
class ArchitectureTest {
  @ArchTest
  static final ArchRule connectorsNeverSeeEachOther =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.flink..", "dev.knit.flink..");

  @ArchTest
  static final ArchRule storageAndArrowBelongToCore =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.arrow..")
          .because("only the index table's code knows how rows are stored");

  @ArchTest
  static final ArchRule theConnectorHasPackagesOfItsOwn =
      classes()
          .should()
          .resideInAPackage("dev.knit.spark..")
          .because("a class in a package of core would see what is internal there");

  /** dev.knit.spark ← write ← sql ← catalog, ← procedure ← catalog, and ← recommend. */
  @ArchTest
  static final ArchRule sqlIsBuiltOnTheApi =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("catalog")
          .definedBy("dev.knit.spark.catalog..")
          .layer("sql")
          .definedBy("dev.knit.spark.sql..")
          .layer("write")
          .definedBy("dev.knit.spark.write..")
          .layer("procedure")
          .definedBy("dev.knit.spark.procedure..")
          .layer("recommend")
          .definedBy("dev.knit.spark.recommend..")
          .layer("api")
          .definedBy("dev.knit.spark")
          .whereLayer("catalog")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("sql")
          .mayOnlyBeAccessedByLayers("catalog")
          .whereLayer("write")
          .mayOnlyBeAccessedByLayers("sql", "catalog")
          .whereLayer("procedure")
          .mayOnlyBeAccessedByLayers("catalog")
          .whereLayer("recommend")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("api")
          .mayOnlyBeAccessedByLayers("write", "procedure", "sql", "catalog", "recommend");

  @ArchTest
  static final ArchRule theCommandLineUsesTheApiAndNotTheOtherWayRound =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.knit.spark.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.knit.spark.cli..", "picocli..", "me.tongfei..");
}
