package io.etcdregistry;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.reflect.Executable;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules that keep the front small, the decisions pure and the inside apart. */
class ArchitectureTest {
  private static final int MOST_PUBLIC_TYPES = 25;
  private static final String API = "io.etcdregistry";
  private static final String SPI = "io.etcdregistry.spi";
  private static final String INTERNAL = "io.etcdregistry.internal.";

  /** The one place of the API that knows the inside: it puts the parts together. */
  private static final String WIRING = "io.etcdregistry.Wiring";

  /**
   * What each internal package may use besides itself. Packages that are not listed are free to.
   */
  private static final Map<String, Set<String>> ALLOWED =
      Map.of(
          "time", Set.of(),
          "telemetry", Set.of("time"),
          "store", Set.of("time", "telemetry"),
          "etcd", Set.of("time", "telemetry", "store"),
          "codec", Set.of("time", "store"),
          "lease", Set.of("time", "telemetry", "store"),
          "watch", Set.of("time", "telemetry", "store"),
          "roster", Set.of(),
          "balance", Set.of("time", "telemetry", "store", "roster"),
          "view", Set.of("time", "telemetry", "store", "codec", "watch", "roster", "balance"));

  /** Ways to a clock or a thread that no test could move. */
  private static final Set<String> CLOCKS_AND_THREADS =
      Set.of(
          "java.lang.System.nanoTime",
          "java.lang.System.currentTimeMillis",
          "java.lang.Thread.sleep",
          "java.lang.Thread.<init>",
          "java.time.Instant.now",
          "java.time.Clock.systemUTC",
          "java.util.Timer.<init>",
          "java.util.concurrent.CompletableFuture.delayedExecutor",
          "java.util.concurrent.CompletableFuture.orTimeout",
          "java.util.concurrent.CompletableFuture.completeOnTimeout",
          "java.util.concurrent.ForkJoinPool.commonPool");

  private static final JavaClasses CORE =
      new ClassFileImporter()
          .importUrl(Registry.class.getProtectionDomain().getCodeSource().getLocation());

  @Test
  void api_namesTheInside_onlyWhereItIsWired() {
    noClasses()
        .that(resideInAnyPackage(API, SPI))
        .and()
        .haveNameNotMatching(Pattern.quote(WIRING) + "(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(INTERNAL + ".")
        .check(CORE);
  }

  @Test
  void grpcAndProtobuf_areNamed_onlyByTheEtcdStore() {
    noClasses()
        .that()
        .resideOutsideOfPackage(INTERNAL + "etcd..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.grpc..", "com.google.protobuf..", "io.etcdregistry.protocol..")
        .check(CORE);
  }

  @Test
  void netty_isNamed_inOneClass_andGuavaInNone() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(INTERNAL + "etcd.NettyTransport")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.netty..", "io.grpc.netty..", "com.google.common..")
        .check(CORE);
  }

  @Test
  void machines_decideWithoutTimeThreadsOrStore() {
    noClasses()
        .that()
        .haveSimpleNameEndingWith("Machine")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("java.util.concurrent..", SPI, INTERNAL + "time..")
                .and(DescribedPredicate.not(named(INTERNAL + "time.Backoff")))
                .or(named(INTERNAL + "store.Store")))
        .allowEmptyShould(true)
        .check(CORE);
  }

  @Test
  void clocksAndThreads_areTaken_onlyByTheTimePackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage(INTERNAL + "time..")
        .should()
        .callCodeUnitWhere(
            DescribedPredicate.describe(
                "the target is a clock or a thread", ArchitectureTest::takesClockOrThread))
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.concurrent.Executors")
        .check(CORE);
  }

  private static DescribedPredicate<JavaClass> named(String name) {
    return DescribedPredicate.describe(name, type -> type.getName().equals(name));
  }

  private static boolean takesClockOrThread(JavaCall<?> call) {
    return CLOCKS_AND_THREADS.contains(
        call.getTargetOwner().getName() + "." + call.getTarget().getName());
  }

  @Test
  void internalPackages_haveNoCycles() {
    slices().matching(INTERNAL + "(*)..").should().beFreeOfCycles().check(CORE);
  }

  @Test
  void internalPackages_useOnlyWhatIsBelowThem() {
    ALLOWED.forEach(
        (name, others) -> {
          String[] allowed =
              Stream.concat(Stream.of(name), others.stream())
                  .map(other -> INTERNAL + other + "..")
                  .toArray(String[]::new);
          noClasses()
              .that()
              .resideInAPackage(INTERNAL + name + "..")
              .should()
              .dependOnClassesThat(
                  resideInAPackage(INTERNAL + ".")
                      .and(DescribedPredicate.not(resideInAnyPackage(allowed))))
              .allowEmptyShould(true)
              .check(CORE);
        });
  }

  @Test
  void publicTypes_areFewAndClosed() {
    List<Class<?>> types = publicTypes();
    assertThat(types).hasSizeBetween(1, MOST_PUBLIC_TYPES);
    assertThat(types)
        .allSatisfy(
            type -> {
              assertThat(
                      type.isInterface()
                          || type.isSealed()
                          || Modifier.isFinal(type.getModifiers())
                          || type.isEnum())
                  .as("final, sealed, record, enum or interface")
                  .isTrue();
              assertThat(type.getSimpleName())
                  .doesNotContainPattern("Utils?$|Impl$|^Abstract|Manager$|Helper$");
            });
  }

  @Test
  void publicTypes_areMadeByFactories() {
    assertThat(publicTypes())
        .filteredOn(type -> !type.isRecord() && !Throwable.class.isAssignableFrom(type))
        .allSatisfy(type -> assertThat(type.getConstructors()).isEmpty());
  }

  @Test
  void publicFields_areConstants() {
    assertThat(publicTypes().stream().flatMap(type -> Arrays.stream(type.getFields())))
        .allSatisfy(
            field ->
                assertThat(Modifier.isStatic(field.getModifiers()))
                    .isEqualTo(Modifier.isFinal(field.getModifiers()))
                    .isTrue());
  }

  @Test
  void publicMethods_throwNothingChecked() {
    assertThat(publicTypes().stream().flatMap(type -> Arrays.stream(type.getDeclaredMethods())))
        .filteredOn(method -> Modifier.isPublic(method.getModifiers()))
        .extracting(Executable::toString, Executable::getExceptionTypes)
        .allSatisfy(
            method ->
                assertThat((Class<?>[]) method.toList().get(1))
                    .allMatch(RuntimeException.class::isAssignableFrom));
  }

  /**
   * Counted as a reader of the Javadoc meets them: nested ones too, if all around them is public.
   */
  private static List<Class<?>> publicTypes() {
    return CORE.stream()
        .filter(type -> Set.of(API, SPI).contains(type.getPackageName()))
        .filter(type -> !type.isAnonymousClass() && !type.isLocalClass())
        .<Class<?>>map(JavaClass::reflect)
        .filter(ArchitectureTest::isPublic)
        .toList();
  }

  private static boolean isPublic(Class<?> type) {
    Class<?> outer = type.getEnclosingClass();
    return Modifier.isPublic(type.getModifiers()) && (outer == null || isPublic(outer));
  }
}
