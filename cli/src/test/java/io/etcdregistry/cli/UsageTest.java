package io.etcdregistry.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong on the command line is said in one sentence, with exit code 2, without etcd. */
class UsageTest {
  private static final List<String> COMMANDS =
      List.of(
          "dev",
          "demo",
          "join",
          "leave",
          "drain",
          "disable",
          "undrain",
          "lookup",
          "list",
          "watch",
          "wait",
          "doctor",
          "config",
          "completion",
          "help",
          "version");

  /** What is wrong, a line each: what is said of it, then the arguments. */
  static Stream<Arguments> wrong() throws IOException {
    try (InputStream in = UsageTest.class.getResourceAsStream("mistakes.jsonl")) {
      return new String(in.readAllBytes(), UTF_8).lines().map(UsageTest::row).toList().stream();
    }
  }

  private static Arguments row(String line) {
    List<String> words = new ArrayList<>();
    JsonParser.parseString(line).getAsJsonArray().forEach(word -> words.add(word.getAsString()));
    return Arguments.of(words.get(0), words.subList(1, words.size()).toArray(String[]::new));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void run_wrong_isOneSentenceAndCode2(String part, String[] args) {
    TestConsole console = new TestConsole();
    assertThat(console.run(args)).isEqualTo(2);
    assertThat(console.out()).isEmpty();
    assertThat(console.err())
        .startsWith("etcd-registry")
        .contains(part)
        .doesNotContain("\tat ")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @FieldSource("COMMANDS")
  void help_command_isOnStandardOutput(String command) {
    TestConsole asked = new TestConsole();
    assertThat(asked.run("help", command)).isZero();
    assertThat(asked.err()).isEmpty();
    assertThat(asked.out()).contains("Usage: etcd-registry " + command).doesNotContain("\u001b");
    assertThat(asked.out().lines()).allMatch(line -> line.length() <= 100);
    assertThat(asked.out().substring(asked.out().indexOf("Examples:")).lines().skip(1))
        .filteredOn(line -> line.contains("etcd-registry"))
        .hasSizeGreaterThanOrEqualTo(2);

    TestConsole option = new TestConsole();
    assertThat(option.run(command, "-h")).isZero();
    assertThat(option.out()).isEqualTo(asked.out());
  }

  @Test
  void help_alone_namesEveryCommand() {
    TestConsole console = new TestConsole();
    assertThat(console.run("help")).isZero();
    List<String> named =
        console
            .out()
            .lines()
            .dropWhile(line -> !line.equals("Commands:"))
            .skip(1)
            .takeWhile(line -> !line.isEmpty())
            .map(line -> line.strip().split(" ", 2)[0])
            .toList();
    assertThat(named).containsExactlyElementsOf(COMMANDS);
  }

  @Test
  void help_oldHostname_saysHowItIsGivenNow() {
    TestConsole console = new TestConsole();
    assertThat(console.run("join", "orders", "-h", "10.0.0.1", "-p", "80")).isZero();
    assertThat(console.out()).contains("Usage: etcd-registry join");
    assertThat(console.err()).contains("--hostname 10.0.0.1").hasLineCount(1);
  }

  @Test
  void version_anyForm_isALine() {
    for (String form : new String[] {"version", "-V", "--version"}) {
      TestConsole console = new TestConsole();
      assertThat(console.run(form)).isZero();
      assertThat(console.out()).startsWith("etcd-registry ").hasLineCount(1);
    }
  }

  @Test
  void debug_hidden_showsTheStack() {
    TestConsole console = new TestConsole();
    assertThat(console.run("join", "a", "--debug", "--json", "/nowhere")).isEqualTo(2);
    assertThat(console.err()).contains("\tat ");
  }

  @Test
  void connection_wrongInTheEnvironment_saysWhere() {
    TestConsole console = new TestConsole(Map.of("ETCD_REGISTRY", "a:b:c"), false, "");
    assertThat(console.run("list")).isEqualTo(2);
    assertThat(console.err()).contains("ETCD_REGISTRY: ");
  }

  @Test
  void environmentForChild_holdsNoSecret() {
    Map<String, String> environment =
        Map.of(
            "ETCDCTL_USER", "root:secret",
            "ETCDCTL_PASSWORD", "secret",
            "ETCD_REGISTRY_PASSWORD", "secret",
            "ETCD_REGISTRY", "u:secret@a/ns?ttl=5s",
            "PATH", "/bin");
    Map<String, String> forChild = new HashMap<>(environment);
    new ConnectionOptions(new TestConsole(environment, false, "").console())
        .removeSecrets(forChild);
    assertThat(forChild)
        .containsEntry("ETCD_REGISTRY", "a/ns?ttl=5s")
        .containsEntry("PATH", "/bin")
        .doesNotContainKeys("ETCDCTL_USER", "ETCDCTL_PASSWORD", "ETCD_REGISTRY_PASSWORD");
  }
}
