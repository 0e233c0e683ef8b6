package io.etcdregistry.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.etcdregistry.Instance;
import io.etcdregistry.it.PackagedCommand.Result;
import io.etcdregistry.it.harness.EtcdExtension;
import io.etcdregistry.it.harness.RequiresEtcd;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code join NAME -- COMMAND} around a server in Python, one in Node.js and a shell script. */
@RequiresEtcd
@Execution(ExecutionMode.CONCURRENT) // all of them wait most of the time
class CommandLineLanguagesIT extends JoinedServices {
  @RegisterExtension static final EtcdExtension ETCD = EtcdExtension.direct();

  @Override
  String connection() {
    return ETCD.address() + "?timeout=60s";
  }

  private PackagedCommand join(String name, ServiceScript service, String at, String... options) {
    assumeTrue(RequiresProgram.Condition.isThere(service.program()), service.program());
    assumeTrue(RequiresProgram.Condition.isThere("python3"), "python3");
    return join(name + "-" + service, List.of(options), service.command(folder, "0", at));
  }

  @ParameterizedTest
  @EnumSource
  void sigterm_isDrainingLeftThenTheCommand(ServiceScript service) {
    PackagedCommand joined = join("term", service, "end", "-w", "1s", "-s", "500");
    Instance instance = awaitJoined("term-" + service);
    assertThat(observer.lookup("term-" + service)).isPresent();
    joined.signal("TERM");
    await("draining")
        .atMost(PATIENCE)
        .until(
            () ->
                observer.list(instance.name()).stream()
                    .anyMatch(now -> now.status() == Instance.Status.DRAINING));
    joined.awaitErr("left");
    assertThat(observer.list(instance.name())).isEmpty();
    Result result = joined.await();
    assertThat(result.out()).endsWith("signal 15\n");
    assertThat(result.code()).isEqualTo(55);
  }

  @ParameterizedTest
  @EnumSource
  void sigint_leavesAtOnce(ServiceScript service) {
    PackagedCommand joined = join("int", service, "end", "-w", "60s", "-s", "60s");
    ProcessHandle process = process(joined);
    awaitJoined("int-" + service);
    joined.signal("INT");
    assertThat(joined.await().code()).isEqualTo(42);
    assertThat(observer.list("int-" + service)).isEmpty();
    assertThat(process.isAlive()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void self_killed_recordGoesWithItsTtl(ServiceScript service) {
    PackagedCommand joined = join("orphan", service, "end", "--ttl", "2s");
    ProcessHandle process = process(joined);
    awaitJoined("orphan-" + service);
    joined.signal("KILL");
    awaitGone("orphan-" + service);
    assertThat(process.isAlive()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void command_killed_leavesAtOnce(ServiceScript service) {
    PackagedCommand joined =
        join("killed", service, "end", "--ttl", "600s", "-w", "60s", "-s", "60s");
    awaitJoined("killed-" + service);
    process(joined).destroyForcibly();
    assertThat(joined.await().code()).isEqualTo(137);
    assertThat(observer.list("killed-" + service)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void command_neverListens_isEndedAndNeverJoined(ServiceScript service) {
    assumeTrue(RequiresProgram.Condition.isThere(service.program()), service.program());
    PackagedCommand joined =
        join(
            "late-" + service,
            List.of("--ready-timeout", "5s", "-s", "500"),
            service.command(folder, "600", "end"));
    ProcessHandle process = process(joined);
    Result result = joined.await();
    assertThat(result.code()).isEqualTo(6);
    assertThat(result.err()).contains("was not ready", "--ready-timeout").hasLineCount(1);
    assertThat(result.out()).endsWith("signal 15\n");
    assertThat(process.isAlive()).isFalse();
    assertThat(observer.list("late-" + service)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void sigterm_commandIgnoresIt_recordIsGoneAndTheThirdKills(ServiceScript service) {
    PackagedCommand joined = join("deaf", service, "ignore", "-w", "0", "-s", "0");
    ProcessHandle process = process(joined);
    awaitJoined("deaf-" + service);
    joined.signal("TERM");
    joined.awaitOut("signal 15");
    awaitGone("deaf-" + service);
    assertThat(process.isAlive()).isTrue();
    joined.signal("INT");
    joined.awaitOut("signal 2");
    joined.signal("TERM");
    assertThat(joined.await().code()).isEqualTo(137);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PYTHON") // see JoinAroundCommand
  void polite_stop_losesNoRequest(ServiceScript service) throws InterruptedException {
    assumeTrue(RequiresProgram.Condition.isThere(service.program()), service.program());
    politeStop(service);
  }

  /** Each ends with what it fails with, or with the signal that it says nothing of. */
  @Test
  @RequiresProgram("node")
  void node_withoutAWordOfSignals_endsAsNodeDoes() {
    PackagedCommand brief = join("brief", List.of(), "node", "-e", "process.exit(3)");
    PackagedCommand wrong = join("wrong", List.of(), "node", "-e", "nobody.listens()");
    PackagedCommand plain =
        join(
            "plain",
            List.of("--check", "http:/"),
            "node",
            "-e",
            "require('http').createServer((_, r) => r.end('hi'))"
                + ".listen(process.env.PORT, process.env.HOST)");
    assertThat(awaitJoined("plain").port()).isPresent();
    plain.signal("INT");
    assertThat(plain.await().code()).isEqualTo(130);
    assertThat(brief.await().code()).isEqualTo(3);
    Result failed = wrong.await();
    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.err()).contains("nobody is not defined");
    assertThat(observer.list()).noneMatch(one -> List.of("brief", "wrong").contains(one.name()));
  }
}
