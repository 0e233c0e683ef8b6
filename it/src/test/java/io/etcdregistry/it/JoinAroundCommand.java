package io.etcdregistry.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.etcdregistry.Instance;
import io.etcdregistry.it.PackagedCommand.Result;
import io.etcdregistry.it.harness.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code join NAME -- COMMAND} as a process around others, watched through another client. */
@RequiresProgram("python3")
abstract class JoinAroundCommand extends JoinedServices {
  private String[] server(String delay, String atSignals) {
    return ServiceScript.PYTHON.command(folder, delay, atSignals);
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
    assertThat(get(instance.url() + "/")).isEqualTo(200);
    joined.signal("INT");
    assertThat(joined.await().code()).isEqualTo(42);
    assertThat(observer.list("py")).isEmpty();
    assertThat(process.isAlive()).isFalse();
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
        join("late", List.of("--ready-timeout", "5s", "-s", "500"), server("600", "ignore"));
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
  void polite_stop_losesNoRequest() throws InterruptedException {
    politeStop(ServiceScript.PYTHON);
  }
}
