package io.etcdregistry.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.etcdregistry.Instance;
import io.etcdregistry.Registry;
import io.etcdregistry.devserver.DevServer;
import io.etcdregistry.it.PackagedCommand.Result;
import io.etcdregistry.it.harness.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the help of any command gives as an example does what it says there. */
class CommandLineExamplesIT {
  /** What {@code timeout} makes of a command that goes on. */
  private static final int GOES_ON = 124;

  /** What {@code leave} says when the owner puts its record back. */
  private static final int OWNER_LIVES = 1;

  private static final int UNREACHABLE = 4;
  private static final int USAGE = 2;

  /** What ends otherwise than well, by what the line begins with or holds. */
  private static final Map<String, Integer> ENDS =
      Map.of(
          "etcd-registry dev", GOES_ON,
          "etcd-registry join", GOES_ON,
          "etcd-registry watch", GOES_ON,
          "etcd-registry list --watch", GOES_ON,
          "etcd-registry leave", OWNER_LIVES,
          "https://127.0.0.1:1", UNREACHABLE);

  /** Orders has several instances, so that this must be told which. */
  private static final String AMBIGUOUS = "etcd-registry leave orders";

  @TempDir Path folder;

  private DevServer etcd;
  private Registry services;
  private final List<HttpServer> orders = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    etcd = DevServer.start();
    services = Registry.connect(etcd.endpoint() + "?hostname=127.0.0.1&timeout=60s");
    for (String id : List.of("3f2a9c", "41bb07", "77d0e2")) {
      serve(id);
    }
    Files.createDirectories(folder.resolve(".zfunc"));
    Files.writeString(folder.resolve("secret"), "s3cret\n");
    Files.copy(TestCertificates.create(folder, "a").authority(), folder.resolve("ca.pem"));
    Path bin = Files.createDirectories(folder.resolve("bin"));
    for (String other : List.of("run-tests", "reload-proxy")) {
      script(folder.resolve(other), "exit 0");
    }
    // for machines that lack them, after what they have
    script(bin.resolve("jq"), "exec cat");
    script(bin.resolve("curl"), "exec echo \"$@\"");
    script(bin.resolve("node"), "exec sleep 60");
    Files.writeString(
        folder.resolve("server.js"),
        "require('http').createServer((q, a) => a.end()).listen(process.env.PORT);\n");
  }

  private void serve(String id) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    server.createContext("/health", exchange -> exchange.sendResponseHeaders(200, -1));
    server.start();
    orders.add(server);
    services.join(
        Instance.named("orders")
            .id(id)
            .port(server.getAddress().getPort())
            .with("version", "1.4.2")
            .with("zone", "eu"));
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  @AfterEach
  void stop() {
    orders.forEach(server -> server.stop(0));
    services.close();
    etcd.close();
  }

  private PackagedCommand begin(String line) {
    Map<String, String> environment = new HashMap<>();
    environment.put("ETCD_REGISTRY", etcd.endpoint() + "?hostname=127.0.0.1&timeout=60s");
    environment.put("HOME", folder.toString());
    environment.put("LINE", line);
    return PackagedCommand.shell(
        environment,
        "cd \"$HOME\" && PATH=$(dirname \"$REG\"):$PATH:$HOME/bin"
            + " && timeout 15 bash -o pipefail -c \"$LINE\"");
  }

  private List<String> examples() {
    List<String> all = new ArrayList<>(examples("help"));
    List<String> commands =
        help("help")
            .lines()
            .dropWhile(line -> !line.equals("Commands:"))
            .skip(1)
            .takeWhile(line -> !line.isEmpty())
            .toList();
    assertThat(commands).hasSizeGreaterThan(14);
    commands.forEach(line -> all.addAll(examples("help " + line.strip().split(" ", 2)[0])));
    return all.stream().distinct().toList();
  }

  private List<String> examples(String asked) {
    String help = help(asked);
    assertThat(help).contains("Examples:");
    return help.substring(help.indexOf("Examples:"))
        .lines()
        .filter(line -> line.startsWith("  ") && line.contains("etcd-registry"))
        .map(line -> line.strip().replaceFirst(" &$", ""))
        .toList();
  }

  private String help(String asked) {
    try (PackagedCommand command = PackagedCommand.shell("$REG " + asked)) {
      Result result = command.await();
      assertThat(result.code()).isZero();
      return result.out();
    }
  }

  /** The same line, where it names places that are not there. */
  private String here(String example) {
    String line =
        example
            .replace("127.0.0.1/trial", etcd.endpoint() + "/trial")
            .replace("etcd1,etcd2", "127.0.0.1:1");
    boolean usualPort = line.startsWith("etcd-registry dev") && !line.contains("--port");
    return usualPort ? line + " --port 0" : line;
  }

  private static int expected(String line) {
    if (line.equals(AMBIGUOUS)) {
      return USAGE;
    }
    return ENDS.entrySet().stream()
        .filter(end -> line.startsWith(end.getKey()) || line.contains(" " + end.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(0);
  }

  @Test
  void examples_doWhatTheySay() {
    List<String> lines = examples().stream().map(this::here).toList();
    assertThat(lines).hasSizeGreaterThan(30);
    Map<String, String> wrong = new LinkedHashMap<>();
    lines.stream()
        .filter(line -> expected(line) != GOES_ON)
        .forEach(line -> check(line, begin(line), wrong));
    Map<String, PackagedCommand> goingOn = new LinkedHashMap<>();
    lines.stream()
        .filter(line -> expected(line) == GOES_ON)
        .forEach(line -> goingOn.put(line, begin(line)));
    goingOn.forEach((line, command) -> check(line, command, wrong));
    assertThat(wrong).isEmpty();
  }

  private static void check(String line, PackagedCommand command, Map<String, String> wrong) {
    try (command) {
      Result result = command.await();
      if (result.code() != expected(line)) {
        wrong.put(line, result.toString());
      }
    }
  }
}
