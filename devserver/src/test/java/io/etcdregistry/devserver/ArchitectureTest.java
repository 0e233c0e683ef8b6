package io.etcdregistry.devserver;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

/** What this module may know of the others. */
class ArchitectureTest {
  private static final JavaClasses OURS =
      new ClassFileImporter()
          .importUrl(DevServer.class.getProtectionDomain().getCodeSource().getLocation());

  @Test
  void library_isUsed_throughItsPublicApiOnly() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.etcdregistry.internal..")
        .check(OURS);
  }

  @Test
  void internalPackages_haveNoCycles() {
    slices()
        .matching("io.etcdregistry.devserver.internal.(*)..")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(OURS);
  }

  @Test
  void engine_knowsNoGrpc() {
    noClasses()
        .that()
        .resideInAPackage("io.etcdregistry.devserver.internal.engine..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.grpc..", "io.netty..")
        .allowEmptyShould(true)
        .check(OURS);
  }
}
