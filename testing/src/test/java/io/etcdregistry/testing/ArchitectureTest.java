package io.etcdregistry.testing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

/** What this module may know of the others. */
class ArchitectureTest {
  @Test
  void others_areUsed_throughTheirPublicApiOnly() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.etcdregistry.internal..", "io.etcdregistry.devserver.internal..")
        .check(
            new ClassFileImporter()
                .importUrl(
                    RegistryExtension.class.getProtectionDomain().getCodeSource().getLocation()));
  }
}
