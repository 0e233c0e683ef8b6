package io.etcdregistry.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.it.PackagedCommand.Result;
import io.etcdregistry.it.harness.Ports;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged command as a user runs it, with its own {@code dev} as the etcd. */
class CommandLineIT {
  private static PackagedCommand dev;
  private static String etcd;
  private static String connection;

  @TempDir Path folder;

  @BeforeAll
  static void startDev() {
    dev = PackagedCommand.start("dev", "--port", "0").awaitErr("Ctrl-C");
    etcd = dev.out().strip();
    connection = at("");
  }

  @AfterAll
  static void stopDev() {
    dev.signal("TERM");
    assertThat(dev.await().code()).isEqualTo(143);
    dev.close();
  }

  /** The connection to a namespace, with time enough for a slow machine. */
  private static String at(String namespace) {
    return etcd + namespace + "?timeout=60s";
  }

  private static Result run(String... arguments) {
    try (PackagedCommand command =
        PackagedCommand.start(Map.of("ETCD_REGISTRY", connection), arguments)) {
      return command.await();
    }
  }

  private static PackagedCommand start(String... arguments) {
    return PackagedCommand.start(Map.of("ETCD_REGISTRY", connection), arguments);
  }

  private static PackagedCommand join(String name, String... more) {
    String[] arguments = new String[more.length + 2];
    arguments[0] = "join";
    arguments[1] = name;
    System.arraycopy(more, 0, arguments, 2, more.length);
    return start(arguments).awaitOut("\n");
  }

  @Test
  void join_lookup_isTheDocument() {
    try (PackagedCommand joined = join("orders", "-p", "8080", "--hostname", "10.1.2.3")) {
      String document =
          "{\"name\":\"orders\",\"port\":8080,\"hostname\":\"10.1.2.3\",\"host\":\"10.1.2.3:8080\","
              + "\"url\":\"http://10.1.2.3:8080\"}\n";
      assertThat(joined.out()).isEqualTo(document);
      Result found = run("lookup", "orders");
      assertThat(found.code()).isZero();
      assertThat(found.out()).isEqualTo(document);
      assertThat(run("lookup", "orders", "-o", "url").out()).isEqualTo("http://10.1.2.3:8080\n");
      assertThat(run("list", "orders", "-o", "hostport").out()).isEqualTo("10.1.2.3:8080\n");
      assertThat(run("list", "order").out()).isEqualTo("[]\n");
      assertThat(run("lookup", "order").code()).isEqualTo(3);
    }
  }

  @Test
  void join_fields_comeBackEqual() throws IOException {
    Path file = folder.resolve("about.json");
    Files.writeString(file, "{\"big\": 12345678901234567890.123, \"zone\":\"eu\"}");
    try (PackagedCommand joined =
        join(
            "größe 🚀",
            "--json",
            file.toString(),
            "--set",
            "zone=us",
            "--set",
            "list:=[1,null,{\"a\":1e400}]",
            "--set",
            "text=a=b")) {
      String document = run("lookup", "größe 🚀").out();
      assertThat(document)
          .isEqualTo(joined.out())
          .contains("\"big\":12345678901234567890.123")
          .contains("\"zone\":\"us\"")
          .contains("\"list\":[1,null,{\"a\":1e400}]")
          .contains("\"text\":\"a=b\"");
      assertThat(run("list", "-l", "zone=us,text=a=b", "-o", "name").out()).isEqualTo("größe 🚀\n");
    }
  }

  @Test
  void join_sigterm_drainsThenLeavesThenLingers() {
    try (PackagedCommand joined = join("gentle", "-w", "3s", "-s", "1s")) {
      joined.signal("TERM");
      Awaitility.await()
          .until(() -> run("list", "gentle").out().contains("\"status\":\"draining\""));
      joined.awaitErr("living on");
      assertThat(run("list", "gentle").out()).isEqualTo("[]\n");
      assertThat(joined.await().code()).isEqualTo(143);
    }
  }

  @Test
  void join_sigint_leavesAtOnce() {
    try (PackagedCommand joined = join("hasty", "-w", "60s", "-s", "60s")) {
      joined.signal("INT");
      assertThat(joined.await().code()).isEqualTo(130);
      assertThat(run("list", "hasty").out()).isEqualTo("[]\n");
    }
  }

  @Test
  void join_secondSignal_cutsTheWaitShort() {
    try (PackagedCommand joined = join("impatient", "-w", "60s", "-s", "60s")) {
      joined.signal("TERM");
      joined.awaitErr("draining");
      joined.signal("TERM");
      assertThat(joined.await().code()).isEqualTo(143);
      assertThat(run("list", "impatient").out()).isEqualTo("[]\n");
    }
  }

  @Test
  void leave_deadOwner_isRemovedForGood() {
    try (PackagedCommand first = join("orphan", "-p", "1", "--ttl", "600s");
        PackagedCommand second = join("orphan", "-p", "2", "--ttl", "600s")) {
      first.signal("KILL");
      second.signal("KILL");
      first.await();
      second.await();
      Result several = run("leave", "orphan");
      assertThat(several.code()).isEqualTo(2);
      assertThat(several.err()).contains("2 instances", "--all").hasLineCount(1);
      Matcher id = Pattern.compile("([0-9a-f]{40}) ").matcher(several.err());
      assertThat(id.find()).isTrue();
      Result one = run("leave", "orphan", id.group(1).substring(0, 8));
      assertThat(one.code()).isZero();
      assertThat(one.out()).isEqualTo("removed services/orphan/" + id.group(1) + "\n");
      assertThat(run("leave", "orphan", "--all").code()).isZero();
      assertThat(run("list", "orphan").out()).isEqualTo("[]\n");
      assertThat(run("leave", "orphan").code()).isEqualTo(3);
      assertThat(run("leave", "orphan", "--all").code()).isZero();
    }
  }

  @Test
  void leave_liveOwner_saysThatItIsBack() {
    try (PackagedCommand joined = join("stubborn", "-p", "1")) {
      Result left = run("leave", "stubborn");
      assertThat(left.code()).isEqualTo(1);
      assertThat(left.err()).contains("put back").contains("stop that process");
      assertThat(run("list", "stubborn").out()).isEqualTo("[\n" + joined.out() + "]\n");
    }
  }

  @Test
  void watch_jsonl_isStateThenSyncThenChanges() {
    try (PackagedCommand before = join("seen", "-p", "1");
        PackagedCommand watch = start("watch", "seen", "-o", "jsonl").awaitOut("sync")) {
      try (PackagedCommand after = join("seen", "-p", "2")) {
        after.signal("INT");
        after.await();
      }
      watch.awaitOut("\"left\"");
      List<String> types =
          watch
              .out()
              .lines()
              .map(line -> line.replaceAll("\\{\"type\":\"(\\w+)\",\"revision\":\\d+,.*", "$1"))
              .toList();
      assertThat(String.join(" ", types)).matches("joined sync joined( updated)? left");
      watch.signal("TERM");
      assertThat(watch.await().code()).isEqualTo(143);
      before.signal("INT");
      assertThat(before.await().code()).isEqualTo(130);
    }
    assertThat(run("list", "seen").out()).isEqualTo("[]\n");
  }

  @Test
  void watch_command_readsEventsAndNoSecrets() throws IOException {
    Path file = folder.resolve("seen");
    Path script = folder.resolve("script");
    Files.writeString(script, "cat >>" + file + "; env >>" + file + "; exit 7\n");
    String injected = "$(touch " + folder.resolve("injected") + ")";
    try (PackagedCommand joined = join("hooked", "--set", "version=" + injected);
        PackagedCommand watch =
            PackagedCommand.start(
                Map.of("ETCDCTL_PASSWORD", "geheim", "MARK", "here"),
                "-e",
                connection,
                "watch",
                "hooked",
                "--",
                "sh",
                script.toString())) {
      watch.awaitErr("ended with 7");
      assertThat(Files.readString(file))
          .contains("{\"type\":\"joined\"", "\"version\":\"$(touch", "{\"type\":\"sync\"")
          .contains("ETCD_REGISTRY=" + connection, "ETCD_REGISTRY_SERVICE=hooked", "MARK=here")
          .contains("ETCD_REGISTRY_EVENTS=2", "ETCD_REGISTRY_REVISION=")
          .doesNotContain("geheim");
      assertThat(folder.resolve("injected")).doesNotExist();
      assertThat(watch.isAlive()).isTrue();
      joined.signal("INT");
      Awaitility.await().until(() -> Files.readString(file).contains("\"left\""));
    }
    assertThat(run("watch", "x", "--", "/nowhere/command").code()).isEqualTo(127);
    assertThat(run("watch", "x", "--", folder.toString()).code()).isEqualTo(126);
  }

  @Test
  void output_readerGone_endsQuietly() {
    try (PackagedCommand command =
            PackagedCommand.shell(
                "$REG -e '" + connection + "' watch | head -n 1; echo ${PIPESTATUS[0]} >&2");
        PackagedCommand joined = join("piped");
        PackagedCommand more = join("piped")) {
      Result result = command.await();
      assertThat(result.err()).endsWith("141\n");
      assertThat(List.of(joined, more)).allMatch(PackagedCommand::isAlive);
    }
  }

  @Test
  void output_diskFull_isSaid() {
    try (PackagedCommand command = PackagedCommand.shell("$REG version >/dev/full")) {
      Result result = command.await();
      assertThat(result.code()).isEqualTo(1);
      assertThat(result.err()).contains("No space left").hasLineCount(1);
    }
  }

  @Test
  void etcd_nothingListens_isCode4() {
    Result result = run("-e", "127.0.0.1:" + Ports.free() + "?timeout=5s", "lookup", "orders");
    assertThat(result.code()).isEqualTo(4);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("127.0.0.1:").hasLineCount(1).doesNotContain("\tat ");
  }

  @Test
  void etcd_somethingElseListens_isCode4() throws IOException {
    try (ServerSocket other = new ServerSocket(0)) {
      Thread answering = new Thread(() -> answerHttp(other));
      answering.start();
      String address = "127.0.0.1:" + other.getLocalPort();
      Result result = run("-e", address + "?timeout=5s", "list");
      assertThat(result.code()).isEqualTo(4);
      assertThat(result.err()).contains(address).hasLineCount(1).doesNotContain("\tat ");
    }
  }

  private static void answerHttp(ServerSocket server) {
    while (!server.isClosed()) {
      try (var socket = server.accept()) {
        socket
            .getOutputStream()
            .write(
                "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nno"
                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      } catch (IOException e) {
        // The test is over, or the client gave up.
      }
    }
  }

  @Test
  void dev_portTaken_isSaid() {
    Result result = run("dev", "--port", etcd.substring(etcd.lastIndexOf(':') + 1));
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("--port").hasLineCount(1);
  }

  @Test
  void dev_addressThatIsNotHere_isSaid() {
    Result result = run("dev", "--host", "198.51.100.1", "--port", "0");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("cannot listen on 198.51.100.1").hasLineCount(1);
  }

  @Test
  void dev_withAUser_wantsItsPassword() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "p@ss word\n");
    try (PackagedCommand guarded =
        PackagedCommand.start(
                "dev", "--port", "0", "--user", "root", "--password-file", secret.toString())
            .awaitErr("Ctrl-C")) {
      assertThat(guarded.err()).contains("--user root").doesNotContain("p@ss");
      String address = guarded.out().strip();
      String known = address + "?timeout=60s&user=root&passwordFile=" + secret;
      assertThat(run("-e", known, "list").code()).isZero();
      Result stranger = run("-e", address + "?timeout=5s", "list");
      assertThat(stranger.code()).isEqualTo(5);
      assertThat(stranger.err()).contains("user name is empty");
    }
  }

  @Test
  void usage_wrong_isCode2() {
    assertThat(run("join", "a", "-p", "65536").code()).isEqualTo(2);
    assertThat(run("frob").code()).isEqualTo(2);
    assertThat(run().code()).isEqualTo(2);
    assertThat(run("help").code()).isZero();
    assertThat(run("version").out()).startsWith("etcd-registry 0.");
  }

  @Test
  void demo_own_showsTheMainJob() {
    Result result = run("demo");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out())
        .containsPattern(
            "(?m)^\\{\"name\":\"my-service-name\",\"port\":8080,\"hostname\":\"([^\"]+)\","
                + "\"host\":\"\\1:8080\",\"url\":\"http://\\1:8080\"\\}$")
        .contains("SIGKILL", "SIGTERM", ":8081");
    assertThat(processes(result.out())).hasSize(2).noneMatch(CommandLineIT::isAlive);
  }

  @Test
  void demo_given_removesWhatItMade() {
    Result result = run("demo", "-e", at("/trial"));
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(run("list", "-e", at("/trial")).out()).isEqualTo("[]\n");
  }

  @Test
  void demo_interrupted_leavesNothing() {
    for (String signal : List.of("INT", "TERM", "KILL")) {
      try (PackagedCommand demo = start("demo", "-e", at("/cut")).awaitOut("is killed")) {
        demo.signal(signal);
        int code = demo.await().code();
        assertThat(code)
            .isEqualTo(128 + (signal.equals("INT") ? 2 : signal.equals("TERM") ? 15 : 9));
        List<Long> children = processes(demo.out());
        assertThat(children).hasSize(2);
        Awaitility.await().until(() -> children.stream().noneMatch(CommandLineIT::isAlive));
        if (!signal.equals("KILL")) {
          assertThat(run("list", "-e", at("/cut")).out()).isEqualTo("[]\n");
        }
      }
    }
  }

  /** The ids of the processes that a demo says it started. */
  private static List<Long> processes(String demo) {
    return Pattern.compile("as process (\\d+)")
        .matcher(demo)
        .results()
        .map(match -> Long.valueOf(match.group(1)))
        .toList();
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }
}
