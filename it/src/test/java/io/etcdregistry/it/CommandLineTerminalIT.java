package io.etcdregistry.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.Registry;
import io.etcdregistry.devserver.DevServer;
import io.etcdregistry.it.PackagedCommand.Result;
import io.etcdregistry.it.harness.EtcdServer;
import io.etcdregistry.it.harness.RequiresEtcd;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What only a terminal shows. */
@RequiresProgram("script")
class CommandLineTerminalIT {
  private static final String SLOW = "?timeout=60s";
  private static final String CTRL_C = "\u0003";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void list_table_isColouredAndEscapedUnlessUnwanted() {
    try (DevServer etcd = DevServer.start();
        Registry services = Registry.connect(etcd.endpoint() + SLOW)) {
      services.join(Instance.named("a").port(1).with("version", "1").with("zone", "\u202eeu"));
      Map<String, String> variables = Map.of("ETCD_REGISTRY", etcd.endpoint() + SLOW);
      try (PackagedCommand coloured = PackagedCommand.terminal(variables, "$REG list");
          PackagedCommand plain = PackagedCommand.terminal(variables, "NO_COLOR=1 $REG list");
          PackagedCommand piped = PackagedCommand.terminal(variables, "$REG list | cat")) {
        Result result = coloured.await();
        assertThat(result.code()).as(result.out()).isZero();
        assertThat(result.out()).contains("\u001b[32mup\u001b[0m", "\\u202eeu", "WEIGHT");
        assertThat(plain.await().out()).contains("WEIGHT").doesNotContain("\u001b");
        assertThat(piped.await().out()).startsWith("[").doesNotContain("WEIGHT");
      }
    }
  }

  @Test
  void listWatch_changes_areDrawnInPlace() {
    try (DevServer etcd = DevServer.start();
        Registry services = Registry.connect(etcd.endpoint() + SLOW)) {
      Map<String, String> variables = Map.of("ETCD_REGISTRY", etcd.endpoint() + SLOW);
      try (PackagedCommand list =
          PackagedCommand.terminal(variables, "stty rows 4 cols 60; $REG list --watch")) {
        list.awaitOut("no instances");
        Registration first = services.join(Instance.named("orders").port(1));
        list.awaitOut("\u001b[1A\r\u001b[J\u001b[?7lNAME").awaitOut("orders");
        services.join(Instance.named("orders").port(2));
        services.join(Instance.named("orders").port(3));
        list.awaitOut("... and 2 more");
        first.leave();
        services.leave();
        await()
            .atMost(PATIENCE)
            .until(() -> list.out().stripTrailing().endsWith("no instances\u001b[?7h"));
        list.type(CTRL_C);
        assertThat(list.await().code()).isEqualTo(130);
      }
    }
  }

  @Test
  void join_ctrlC_reachesTheCommandOnce() {
    try (DevServer etcd = DevServer.start();
        Registry services = Registry.connect(etcd.endpoint() + SLOW)) {
      String command =
          "exec $REG join typed --check none -- "
              + "sh -c 'trap \"echo told\" INT; echo run;"
              + " until [ \"$a\" = end ]; do read a; done; sleep 1; exit 9'";
      try (PackagedCommand joined =
          PackagedCommand.terminal(Map.of("ETCD_REGISTRY", etcd.endpoint() + SLOW), command)) {
        joined.awaitOut("run");
        await().atMost(PATIENCE).until(() -> services.list("typed").size() == 1);
        joined.type("a line\n").type(CTRL_C);
        joined.awaitOut("told");
        await().atMost(PATIENCE).until(() -> services.list("typed").isEmpty());
        joined.type("end\n");
        Result result = joined.await();
        assertThat(result.code()).isEqualTo(9);
        assertThat(result.out().split("told", -1)).hasSize(2);
      }
    }
  }

  /** With a user. */
  @Nested
  @RequiresEtcd
  class Password {
    @Test
    void password_asked_isNotShown() {
      try (EtcdServer etcd = EtcdServer.start()) {
        etcd.etcdctl().addUser("joe", "s3cret", "services/");
        etcd.etcdctl().enableAuth("root-secret");
        Map<String, String> variables = Map.of("ETCD_REGISTRY", "joe@" + etcd.address() + SLOW);
        try (PackagedCommand list =
            PackagedCommand.terminal(variables, "$REG list </dev/null | cat; stty -a")) {
          list.awaitOut("Password of joe in etcd: ");
          list.type("s3cret\n");
          list.awaitOut("[]");
          Result result = list.await();
          assertThat(result.code()).isZero();
          assertThat(result.out()).doesNotContain("s3cret").contains(" echo ");
        }
        try (PackagedCommand wrong = PackagedCommand.terminal(variables, "$REG list")) {
          wrong.awaitOut("Password of joe in etcd: ");
          wrong.type("wr0ng\n");
          assertThat(wrong.await().code()).isEqualTo(5);
        }
        try (PackagedCommand interrupted =
            PackagedCommand.terminal(variables, "trap : INT; $REG list; echo code $?; stty -a")) {
          interrupted.awaitOut("Password of joe in etcd: ");
          interrupted.type(CTRL_C);
          assertThat(interrupted.await().out()).contains("code 130", " echo ");
        }
      }
    }
  }
}
