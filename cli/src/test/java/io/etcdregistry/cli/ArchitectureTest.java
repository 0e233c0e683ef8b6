package io.etcdregistry.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

/** What this module may know of the others. */
class ArchitectureTest {
  private static final JavaClasses OURS =
      new ClassFileImporter()
          .importUrl(Main.class.getProtectionDomain().getCodeSource().getLocation());

  @Test
  void library_isUsed_throughItsPublicApiOnly() {
    noClasses()
        .should()
        .dependOnClassesThat(
            // what is exported to this module alone is no secret to it
            resideInAPackage("io.etcdregistry.internal..")
                .and(not(resideInAPackage("io.etcdregistry.internal.diagnosis"))))
        .check(OURS);
  }

  @Test
  void etcd_isReached_throughTheLibraryOnly() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.grpc..",
            "com.google.protobuf..",
            "io.etcdregistry.protocol..",
            "io.etcdregistry.devserver.internal..")
        .check(OURS);
  }
}
