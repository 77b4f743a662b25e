package dev.knit.flink.table;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** How Flink SQL stands to the sink and to storage. */
@AnalyzeClasses(
    packages = "dev.knit.flink",
    importOptions = {ImportOption.DoNotIncludeTests.class})
class PackagesTest {
  @ArchTest
  static final ArchRule theSinkDoesNotKnowTables =
      noClasses()
          .that()
          .resideInAPackage("dev.knit.flink")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.knit.flink.table..");

  @ArchTest
  static final ArchRule rowsOnStorageBelongToCore =
      noClasses().should().dependOnClassesThat().resideInAPackage("org.apache.arrow..");
}
