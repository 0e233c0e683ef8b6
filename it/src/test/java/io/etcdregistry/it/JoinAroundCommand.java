package io.etcdregistry.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.etcdregistry.Instance;
import io.etcdregistry.Registry;
import io.etcdregistry.it.PackagedCommand.Result;
import io.etcdregistry.it.harness.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code join NAME -- COMMAND} as a process around others, watched through another client. */
@RequiresProgram("python3")
abstract class JoinAroundCommand {
  /** Far beyond what a run takes: a machine may be slow. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * A server at PORT: its arguments are how long it waits before it listens, and what it does at
   * signals, end or ignore. GET /file answers 200 if there is such a file, else 503.
   */
  private static final String SERVER =
      """
      import http.server, os, signal, sys, time

      def told(number, frame):
          print("signal", number, flush=True)
          if sys.argv[2] == "end":
              os._exit(40 + number)

      class Handler(http.server.BaseHTTPRequestHandler):
          def do_GET(self):
              self.send_response(200 if os.path.exists(self.path) else 503)
              self.send_header("Content-Length", "0")
              self.end_headers()

          def log_message(self, *arguments):
              pass

      for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
          signal.signal(number, told)
      print("process", os.getpid(), flush=True)
      time.sleep(float(sys.argv[1]))
      address = ("127.0.0.1", int(os.environ["PORT"]))
      http.server.ThreadingHTTPServer(address, Handler).serve_forever()
      """;

  @TempDir Path folder;

  private final List<PackagedCommand> running = new ArrayList<>();
  private Registry observer;

  /** The etcd, as {@code -e} takes it. */
  abstract String connection();

  @BeforeEach
  void observe() {
    observer = Registry.connect(connection());
  }

  @AfterEach
  void end() {
    running.forEach(JoinAroundCommand::endWithChildren);
    observer.close();
  }

  private static void endWithChildren(PackagedCommand command) {
    List<ProcessHandle> children = command.isAlive() ? command.children() : List.of();
    command.close();
    children.forEach(ProcessHandle::destroyForcibly);
  }

  private PackagedCommand join(String name, List<String> options, String... command) {
    List<String> arguments = new ArrayList<>(List.of("join", name, "--hostname", "127.0.0.1"));
    arguments.addAll(options);
    arguments.add("--");
    arguments.addAll(List.of(command));
    PackagedCommand started =
        PackagedCommand.start(
            Map.of("ETCD_REGISTRY", connection()), arguments.toArray(String[]::new));
    running.add(started);
    return started;
  }

  private String[] server(String delay, String atSignals) {
    Path script = folder.resolve("server.py");
    try {
      Files.writeString(script, SERVER, UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return new String[] {"python3", script.toString(), delay, atSignals};
  }

  private Instance awaitJoined(String name) {
    await(name + " joins").atMost(PATIENCE).until(() -> observer.list(name).size() == 1);
    return observer.list(name).get(0);
  }

  private void awaitGone(String name) {
    await(name + " is gone").atMost(PATIENCE).until(() -> observer.list(name).isEmpty());
  }

  /** The server's own process. */
  private static ProcessHandle process(PackagedCommand joined) {
    String line = joined.awaitOut("process ").awaitOut("\n").out();
    long pid = Long.parseLong(line.lines().toList().get(0).substring("process ".length()));
    return ProcessHandle.of(pid).orElseThrow();
  }

  private static void awaitEnd(ProcessHandle process) {
    await("the command ends").atMost(PATIENCE).until(() -> !process.isAlive());
  }

  @Test
  void start_pythonServer_joinsOnceItListens() throws IOException {
    PackagedCommand joined = join("py", List.of("--set", "zone=eu"), server("1", "end"));
    ProcessHandle process = process(joined);
    assertThat(observer.list("py")).isEmpty();
    Instance instance = awaitJoined("py");
    assertThat(instance.zone()).contains("eu");
    var url = new java.net.URL(instance.url() + "/");
    assertThat(((java.net.HttpURLConnection) url.openConnection()).getResponseCode())
        .isEqualTo(200);
    joined.signal("INT");
    assertThat(joined.await().code()).isEqualTo(42);
    assertThat(observer.list("py")).isEmpty();
    assertThat(process.isAlive()).isFalse();
  }

  @Test
  @RequiresProgram("node")
  void start_nodeServer_joinsAndEnds() {
    PackagedCommand joined =
        join(
            "node",
            List.of("--check", "http:/"),
            "node",
            "-e",
            "require('http').createServer((_, r) => r.end('hi'))"
                + ".listen(process.env.PORT, process.env.HOST)");
    assertThat(awaitJoined("node").port()).isPresent();
    joined.signal("INT");
    assertThat(joined.await().code()).isEqualTo(130);
    assertThat(observer.list("node")).isEmpty();
  }

  @Test
  void start_shellScript_findsItsEnvironmentAndNoSecret() throws IOException {
    Path script = folder.resolve("service");
    Files.writeString(script, "#!/bin/sh\nenv\necho said >&2\nread -r line || echo end\nexit 5\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    Map<String, String> environment =
        Map.of("ETCDCTL_PASSWORD", "geheim", "ETCDCTL_USER", "u:geheim", "MARK", "a b\u00fc");
    try (PackagedCommand joined =
        PackagedCommand.start(
            environment,
            "-e",
            connection().replaceFirst("^(http://)?", "$1u:geheim@"),
            "join",
            "env",
            "--hostname",
            "127.0.0.1",
            "-p",
            "8080",
            "--",
            script.toString())) {
      Result result = joined.await();
      assertThat(result.code()).as(result.err()).isEqualTo(5);
      assertThat(result.out().lines())
          .contains("PORT=8080", "HOST=127.0.0.1", "MARK=a b\u00fc", "end")
          .contains("ETCD_REGISTRY_SERVICE=env", "ETCD_REGISTRY_URL=http://127.0.0.1:8080")
          .contains("ETCD_REGISTRY=" + connection())
          .noneMatch(line -> line.contains("geheim"));
      assertThat(result.err()).contains("said\n").doesNotContain("geheim");
    }
  }

  @Test
  void start_pipe_isUntouched() {
    try (PackagedCommand piped =
        PackagedCommand.shell(
            Map.of("ETCD_REGISTRY", connection()),
            "printf 'in\\0put' | $REG join cat --check none -w 0 -s 0 -- cat")) {
      Result result = piped.await();
      assertThat(result.code()).as(result.err()).isZero();
      assertThat(result.out()).isEqualTo("in\0put");
    }
  }

  @Test
  void sigterm_order_isDrainingLeftThenTheCommand() {
    PackagedCommand joined = join("polite", List.of("-w", "1500", "-s", "1s"), server("0", "end"));
    awaitJoined("polite");
    joined.signal("TERM");
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                observer.list("polite").stream()
                    .anyMatch(one -> one.status() == Instance.Status.DRAINING));
    assertThat(joined.out()).doesNotContain("signal");
    joined.awaitErr("left");
    assertThat(observer.list("polite")).isEmpty();
    Result result = joined.await();
    assertThat(result.out()).endsWith("signal 15\n");
    assertThat(result.code()).isEqualTo(55);
  }

  @Test
  void sigterm_again_cutsShort() {
    PackagedCommand joined = join("hurried", List.of("-w", "60s", "-s", "60s"), server("0", "end"));
    awaitJoined("hurried");
    joined.signal("TERM");
    joined.awaitErr("draining");
    joined.signal("INT");
    assertThat(joined.await().code()).isEqualTo(42);
    assertThat(observer.list("hurried")).isEmpty();
  }

  @Test
  void sighup_joined_leavesAtOnce() {
    PackagedCommand joined = join("hung", List.of("-w", "60s", "-s", "60s"), server("0", "end"));
    awaitJoined("hung");
    joined.signal("HUP");
    assertThat(joined.await().code()).isEqualTo(41);
    assertThat(observer.list("hung")).isEmpty();
  }

  @Test
  void sigterm_commandIgnoresIt_recordIsGoneAndTheThirdKills() {
    PackagedCommand joined = join("deaf", List.of("-w", "0", "-s", "0"), server("0", "ignore"));
    ProcessHandle process = process(joined);
    awaitJoined("deaf");
    joined.signal("TERM");
    joined.awaitOut("signal 15");
    awaitGone("deaf");
    assertThat(process.isAlive()).isTrue();
    joined.signal("INT");
    joined.awaitOut("signal 2");
    joined.signal("TERM");
    assertThat(joined.await().code()).isEqualTo(137);
  }

  @Test
  void command_killed_leavesAtOnce() {
    PackagedCommand joined =
        join("killed", List.of("--ttl", "600s", "-w", "60s", "-s", "60s"), server("0", "end"));
    awaitJoined("killed");
    process(joined).destroyForcibly();
    assertThat(joined.await().code()).isEqualTo(137);
    assertThat(observer.list("killed")).isEmpty();
  }

  @Test
  void command_endsAtOnce_isNeverJoined() {
    Result result = join("brief", List.of(), "sh", "-c", "exit 3").await();
    assertThat(result.code()).isEqualTo(3);
    assertThat(result.err()).isEmpty();
    assertThat(observer.list("brief")).isEmpty();
    assertThat(join("missing", List.of(), "/nowhere/x").await().code()).isEqualTo(127);
    assertThat(join("folder", List.of(), folder.toString()).await().code()).isEqualTo(126);
  }

  @Test
  void command_neverListens_isCode6AndEnded() {
    PackagedCommand joined =
        join("late", List.of("--ready-timeout", "1s", "-s", "500"), server("600", "ignore"));
    ProcessHandle process = process(joined);
    Result result = joined.await();
    assertThat(result.code()).isEqualTo(6);
    assertThat(result.err()).contains("127.0.0.1:", "--ready-timeout").hasLineCount(1);
    assertThat(result.out()).contains("signal 15");
    assertThat(process.isAlive()).isFalse();
    assertThat(observer.list("late")).isEmpty();
  }

  @Test
  void check_http_isKeptUp() throws IOException {
    Path health = folder.resolve("health");
    PackagedCommand joined =
        join("checked", List.of("--check", "http:" + health), server("0", "end"));
    process(joined);
    await().during(Duration.ofSeconds(1)).until(() -> observer.list("checked").isEmpty());
    Files.createFile(health);
    assertThat(awaitJoined("checked").status()).isEqualTo(Instance.Status.UP);
    Files.delete(health);
    await()
        .atMost(PATIENCE)
        .until(() -> observer.list("checked").get(0).status() == Instance.Status.DOWN);
    joined.signal("INT");
    joined.await();
  }

  @Test
  void self_killed_recordGoesAndTheCommandMayStay() {
    PackagedCommand alone = join("orphan", List.of("--ttl", "2s"), server("0", "end"));
    PackagedCommand bound =
        join("bound", List.of("--ttl", "2s", "--with-me", "-s", "1s"), server("0", "ignore"));
    ProcessHandle survivor = process(alone);
    ProcessHandle victim = process(bound);
    awaitJoined("orphan");
    awaitJoined("bound");
    alone.signal("KILL");
    bound.signal("KILL");
    awaitEnd(victim);
    assertThat(bound.out()).contains("signal 15");
    awaitGone("orphan");
    awaitGone("bound");
    assertThat(survivor.isAlive()).isTrue();
    survivor.destroyForcibly();
  }

  @Test
  void restart_commandEnds_isJoinedAgain() {
    PackagedCommand joined =
        join("again", List.of("--restart", "--with-me", "-w", "0", "-s", "0"), server("0", "end"));
    Instance first = awaitJoined("again");
    process(joined).destroyForcibly();
    joined.awaitErr("ended with 137; starting it again in 1s");
    assertThat(observer.list("again")).isEmpty();
    Instance second = awaitJoined("again");
    assertThat(second.id()).isNotEqualTo(first.id());
    joined.signal("TERM");
    assertThat(joined.await().code()).isEqualTo(55);
  }

  @Test
  void loss_failOnLoss_isCode7() {
    String port = Integer.toString(Ports.free());
    PackagedCommand joined =
        join("lost", List.of("--fail-on-loss", "-p", port, "-s", "1s"), server("0", "ignore"));
    ProcessHandle process = process(joined);
    awaitJoined("lost");
    observer.join(
        Instance.named("lost").hostname("127.0.0.1").port(Integer.parseInt(port)).zone("other"));
    Result result = joined.await();
    assertThat(result.code()).isEqualTo(7);
    assertThat(result.err()).contains("the registration was lost");
    assertThat(process.isAlive()).isFalse();
    assertThat(observer.list("lost")).hasSize(1);
  }

  @Test
  void polite_stop_losesNoRequest() throws Exception {
    PackagedCommand one = join("busy", List.of("-w", "1s", "-s", "1s"), server("0", "end"));
    PackagedCommand two = join("busy", List.of("-w", "1s", "-s", "1s"), server("0", "end"));
    var view = observer.service("busy");
    view.awaitAvailable(2, PATIENCE);
    List<String> failures = new ArrayList<>();
    Thread stopper = new Thread(() -> one.signal("TERM"));
    long begin = System.nanoTime();
    int calls = 0;
    while (calls < 200 || one.isAlive()) {
      if (calls == 100) {
        stopper.start();
      }
      calls++;
      String url = view.pick().map(Instance::url).orElse("");
      try {
        var call = (java.net.HttpURLConnection) new java.net.URL(url + "/").openConnection();
        call.setRequestProperty("Connection", "close");
        if (call.getResponseCode() != 200) {
          failures.add(url + " answers " + call.getResponseCode());
        }
      } catch (IOException e) {
        failures.add(url + ": " + Objects.toString(e));
      }
      long ahead = begin + calls * 10_000_000L - System.nanoTime();
      if (ahead > 0) {
        Thread.sleep(Duration.ofNanos(ahead).toMillis());
      }
    }
    assertThat(failures).as("of " + calls).isEmpty();
    assertThat(one.await().code()).isEqualTo(55);
    assertThat(observer.list("busy")).hasSize(1);
    two.signal("INT");
    two.await();
  }
}
