package io.etcdregistry.cli;

import static org.assertj.core.api.Assertions.assertThat;

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

  static Stream<Arguments> wrong() {
    return Stream.of(
        wrong("name a command"),
        wrong("there is no command 'frob'", "frob"),
        wrong("there is no option '--frob'", "--frob"),
        wrong("there is no option '--frob'", "list", "--frob"),
        wrong("missing required parameter", "lookup"),
        wrong("'b' is one argument too many", "list", "a", "b"),
        wrong("expected: table, wide", "list", "-o", "xml"),
        wrong("expected: table, wide, json, jsonl or yaml", "watch", "-o", "url"),
        wrong("expected: field=value", "list", "-l", "="),
        wrong("expected: a connection string", "list", "-e", ""),
        wrong("-e: ", "list", "-e", "http://a,https://b"),
        wrong("missing required parameter", "join"),
        wrong("expected", "join", ""),
        wrong("port", "join", "a", "-p", "0"),
        wrong("port", "join", "a", "-p", "65536"),
        wrong("expected: a number from 1 to 65535", "join", "a", "-p", "http"),
        wrong("ttl", "join", "a", "--ttl", "500ms"),
        wrong("10s or 10ms", "join", "a", "--ttl", "10"),
        wrong("such as 500ms", "join", "a", "--ttl", "abc"),
        wrong("whole seconds", "join", "a", "--ttl", "1500ms"),
        wrong("hostname", "join", "a", "--hostname", "a b"),
        wrong("field=text or field:=json", "join", "a", "--set", "x"),
        wrong("field=text or field:=json", "join", "a", "--set", ":=1"),
        wrong("is not JSON", "join", "a", "--set", "x:=1,\"y\":2"),
        wrong("is not JSON", "join", "a", "--set", "x:="),
        wrong("is not JSON", "join", "a", "--set", "x:=eu"),
        wrong("port", "join", "a", "--set", "port=8080"),
        wrong("there is no such file", "join", "a", "--json", "/nowhere/x.json"),
        wrong("directory", "join", "a", "--json", "/"),
        wrong("JSON", "join", "a", "--json", "-"),
        wrong("join orders -- node server.js", "join", "orders", "server.js"),
        wrong("join orders -- ./run fast", "join", "orders", "./run", "fast"),
        wrong("a command must follow", "join", "a", "--"),
        wrong("missing required parameter: 'NAME'", "join", "--", "true"),
        wrong("--restart needs a command", "join", "a", "--restart"),
        wrong("--with-me needs a command", "join", "a", "--with-me"),
        wrong("standard input is the command's", "join", "a", "--json", "-", "--", "true"),
        wrong("expected: tcp, none, or http:/PATH", "join", "a", "--check", "ping"),
        wrong("expected: tcp, none, or http:/PATH", "join", "a", "--check", "http://a/"),
        wrong("such as 500ms", "join", "a", "-w", "-1"),
        wrong("port", "join", "a", "-p", "0", "--", "true"),
        wrong("missing required parameter", "wait"),
        wrong("expected: bash or zsh", "completion", "fish"),
        wrong("missing required parameter", "completion"),
        wrong("missing required parameter", "config"),
        wrong("expected: text or json", "doctor", "-o", "table"),
        wrong("-e: ", "doctor", "-e", "a:b:c"),
        wrong("expected: show", "config", "set"),
        wrong("expected: table or json", "config", "show", "-o", "xml"),
        wrong("the user joe has no password", "list", "-e", "joe@127.0.0.1"),
        wrong("--count: 0", "wait", "a", "--count", "0"),
        wrong("10s or 10ms", "wait", "a", "--timeout", "10"),
        wrong("exclude each other", "leave", "a", "b", "--all"),
        wrong("one name too many", "watch", "a", "b"),
        wrong("a command must follow", "watch", "a", "--"),
        wrong("--port: 65536", "dev", "--port", "65536"),
        wrong("--host: no.such.host.invalid", "dev", "--host", "no.such.host.invalid"),
        wrong("need each other", "dev", "--user", "root"),
        wrong("cannot read /no/such", "dev", "--user", "root", "--password-file", "/no/such"),
        wrong("there is no command 'x'", "help", "x"),
        wrong("LC_ALL", "lookup", "\ufffd"));
  }

  private static Arguments wrong(String part, String... args) {
    return Arguments.of(part, args);
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
