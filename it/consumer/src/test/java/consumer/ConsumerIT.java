package consumer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.devserver.DevServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The program runs with exactly what the library brings, and when an application brings another
 * transport or another protobuf, on the class path and on the module path.
 */
class ConsumerIT {
  private static DevServer etcd;

  /** What an application may bring instead of what the library brings. */
  enum Brought {
    AS_DECLARED("", ""),
    NEWEST_PROTOBUF("protobuf-java-", "newest-protobuf"),
    GRPC_NETTY("grpc-netty-shaded-", "netty");

    private final String replaced;
    private final String replacement;

    Brought(String replaced, String replacement) {
      this.replaced = replaced;
      this.replacement = replacement;
    }

    List<Path> jars() {
      List<Path> jars = new ArrayList<>(jarsIn("brought"));
      if (!replaced.isEmpty()) {
        assertThat(jars.removeIf(jar -> jar.getFileName().toString().startsWith(replaced)))
            .isTrue();
        jars.addAll(jarsIn(replacement));
      }
      return jars;
    }
  }

  @BeforeAll
  static void startServer() {
    etcd = DevServer.start();
  }

  @AfterAll
  static void stopServer() {
    etcd.close();
  }

  @ParameterizedTest
  @EnumSource
  void classPath_mainJob_isDone(Brought brought) throws Exception {
    runs("--class-path", path(brought), "consumer.Main");
  }

  /**
   * Netty's jars, unlike the shaded one, are modules that nobody requires by name: gRPC's are not
   * modules. An application that brings grpc-netty has to name them, or all.
   */
  @ParameterizedTest
  @EnumSource
  void modulePath_mainJob_isDone(Brought brought) throws Exception {
    String added = brought == Brought.GRPC_NETTY ? "ALL-MODULE-PATH" : "io.etcdregistry";
    runs(
        "--add-modules",
        added,
        "--module-path",
        path(brought),
        "--module",
        "consumer/consumer.Main");
  }

  /**
   * Runs the program; what gRPC or Netty find worth saying about their surroundings is a fault of
   * ours.
   */
  private static void runs(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of(arguments));
    command.add(etcd.endpoint());
    Path errors = Files.createTempFile("consumer", ".log");
    try {
      Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      process.waitFor();
      assertThat(Files.readString(errors)).doesNotContain("netty", "io.grpc", "Exception");
      assertThat(output).isEqualTo("found consumer\nleft 0\n");
    } finally {
      Files.delete(errors);
    }
  }

  private static String path(Brought brought) {
    return Stream.concat(Stream.of(Path.of("target/classes")), brought.jars().stream())
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static List<Path> jarsIn(String folder) {
    try (Stream<Path> files = Files.list(Path.of("target/lib", folder))) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
