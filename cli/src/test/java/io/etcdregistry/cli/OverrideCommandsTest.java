package io.etcdregistry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Instance;
import io.etcdregistry.Registry;
import io.etcdregistry.devserver.DevServer;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What operators say by hand, against the in-memory etcd. */
@Timeout(120)
class OverrideCommandsTest {
  private final DevServer etcd = DevServer.start();
  private final String connection = etcd.endpoint() + "?timeout=60s&hostname=10.0.0.1";
  private final Registry services = Registry.connect(connection);

  @BeforeEach
  void join() {
    services.join(Instance.named("orders").port(1).id("aa1"));
    services.join(Instance.named("orders").port(2).id("ab2"));
  }

  @AfterEach
  void close() {
    services.close();
    etcd.close();
  }

  private String run(int code, String... args) {
    TestConsole console = new TestConsole(Map.of("ETCD_REGISTRY", connection), false, "");
    assertThat(console.run(args)).as(console.err()).isEqualTo(code);
    return code == 0 ? console.out() : console.err();
  }

  private String statuses() {
    return run(0, "list", "orders", "-o", "table", "--no-headers")
        .replaceAll("orders\t(\\S+)\t\\S+\t(\\S+)\t.*\n", "$1 $2\n");
  }

  @Test
  void drainAndUndrain() {
    assertThat(run(0, "drain", "orders", "aa", "--reason", "disk", "--author", "ops"))
        .isEqualTo("orders/aa1 is draining\n");
    assertThat(statuses()).isEqualTo("aa1 draining*\nab2 up\n");
    assertThat(run(0, "lookup", "orders", "-o", "hostport")).isEqualTo("10.0.0.1:2\n");
    assertThat(run(0, "list", "orders", "-o", "wide")).contains("OVERRIDE", "ops: disk");
    String plain = run(0, "list", "orders", "-o", "jsonl");
    assertThat(plain).as("as stored").doesNotContain("draining");
    assertThat(run(0, "list", "orders", "-o", "jsonl", "--meta"))
        .contains(
            ",\"override\":{\"status\":\"draining\",\"author\":\"ops\",\"reason\":\"disk\"}}\n");
    assertThat(run(0, "list", "orders", "-o", "yaml", "--meta")).contains("override:");
    assertThat(run(0, "undrain", "orders")).isEqualTo("orders/aa1 is as it says itself\n");
    assertThat(statuses()).isEqualTo("aa1 up\nab2 up\n");
  }

  @Test
  void disable_allForATime() {
    assertThat(run(0, "disable", "orders", "--all", "--for", "30m"))
        .isEqualTo("orders/aa1 is down for 30m\norders/ab2 is down for 30m\n");
    assertThat(statuses()).isEqualTo("aa1 down*\nab2 down*\n");
    assertThat(run(3, "lookup", "orders")).contains("orders");
    assertThat(run(0, "drain", "orders", "ab2")).contains("is draining");
    assertThat(run(0, "lookup", "orders", "-o", "hostport")).isEqualTo("10.0.0.1:2\n");
    assertThat(run(2, "undrain", "orders")).contains("2 instances that fit").hasLineCount(1);
    assertThat(run(0, "undrain", "orders", "--all")).hasLineCount(2);
    assertThat(run(0, "undrain", "orders", "--all")).isEmpty();
    assertThat(run(3, "undrain", "orders")).contains("no override").hasLineCount(1);
  }

  @Test
  void undrain_ofAnInstanceThatIsGone() {
    run(0, "disable", "orders", "aa1");
    services.leave();
    assertThat(run(0, "undrain", "orders", "aa")).contains("aa1");
    assertThat(run(3, "undrain", "orders", "aa")).contains("'aa'");
  }

  @Test
  void severalOrNone_saysNothing() {
    assertThat(run(2, "drain", "orders")).contains("2 instances that fit", "aa1 (").hasLineCount(1);
    assertThat(run(2, "drain", "orders", "a")).contains("2 instances that fit");
    assertThat(run(2, "disable", "orders", "aa1", "--all")).contains("exclude each other");
    assertThat(run(2, "drain", "orders", "aa1", "--for", "1500ms")).contains("whole seconds");
    assertThat(run(2, "drain", "orders", "aa1", "--for", "30")).contains("unit");
    assertThat(run(3, "drain", "orders", "x")).contains("'x'").hasLineCount(1);
    assertThat(run(3, "drain", "nothing")).contains("'nothing'").hasLineCount(1);
    assertThat(run(0, "drain", "nothing", "--all")).isEmpty();
    assertThat(statuses()).isEqualTo("aa1 up\nab2 up\n");
  }
}
