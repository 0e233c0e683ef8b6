package io.etcdregistry.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.devserver.DevServer;
import io.etcdregistry.it.harness.Ports;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code join NAME -- COMMAND} on the development server. */
class CommandLineJoinIT extends JoinAroundCommand {
  private static DevServer etcd;

  @BeforeAll
  static void start() {
    etcd = DevServer.start();
  }

  @AfterAll
  static void stop() {
    etcd.close();
  }

  @Override
  String connection() {
    return etcd.endpoint() + "?timeout=60s";
  }

  @Test
  void start_etcdIsAway_commandRunsAndJoinsLater() {
    int port = Ports.free();
    try (PackagedCommand joined =
        PackagedCommand.start(
            Map.of("ETCD_REGISTRY", "127.0.0.1:" + port + "?timeout=60s"),
            "join",
            "early",
            "--check",
            "none",
            "--ready-timeout",
            "1s",
            "--",
            "sh",
            "-c",
            "echo running; exec sleep 600")) {
      joined.awaitOut("running").awaitErr("not joined within 1s");
      assertThat(joined.isAlive()).isTrue();
      try (DevServer late = DevServer.builder().port(port).start()) {
        assertThat(late.port()).isEqualTo(port);
        joined.awaitErr("joined early at");
        joined.signal("INT");
        assertThat(joined.await().code()).isEqualTo(130);
      }
    }
  }

  @Test
  void sigterm_joinIsUnderWay_isDrainingFirst() {
    try (DevServer silent = DevServer.start()) {
      silent.faults().pause();
      try (PackagedCommand joined =
          PackagedCommand.start(
              Map.of("ETCD_REGISTRY", silent.endpoint() + "?timeout=60s"),
              "join",
              "unconfirmed",
              "--check",
              "none",
              "--ready-timeout",
              "3s",
              "-w",
              "60s",
              "--",
              "sh",
              "-c",
              "exec sleep 600")) {
        joined.awaitErr("ready, but not joined");
        joined.signal("TERM");
        silent.faults().heal();
        joined.awaitErr("draining for 60s");
        joined.signal("INT");
        assertThat(joined.await().code()).isEqualTo(130);
      }
    }
  }

  @Test
  void hold_check_joinsOnceItListens() {
    int port = Ports.free();
    try (PackagedCommand joined =
        PackagedCommand.start(
            Map.of("ETCD_REGISTRY", connection()),
            "join",
            "elsewhere",
            "--hostname",
            "127.0.0.1",
            "-p",
            Integer.toString(port),
            "--check",
            "tcp")) {
      Awaitility.await().during(Duration.ofSeconds(1)).until(() -> joined.out().isEmpty());
      try (DevServer listens = DevServer.builder().port(port).start()) {
        joined.awaitOut("\"port\":" + listens.port());
        joined.signal("INT");
        assertThat(joined.await().code()).isEqualTo(130);
      }
    }
  }
}
