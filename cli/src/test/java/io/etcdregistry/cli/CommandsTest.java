package io.etcdregistry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.Registry;
import io.etcdregistry.devserver.DevServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The commands within this process, against the in-memory etcd. */
@Timeout(120)
class CommandsTest {
  private final DevServer etcd = DevServer.start();
  private final String endpoint = etcd.endpoint();

  /** With time enough for a slow machine. */
  private final String connection = endpoint + "?timeout=60s";

  private final Registry services = Registry.connect(connection);

  @AfterEach
  void close() {
    services.close();
    etcd.close();
  }

  private TestConsole console() {
    return new TestConsole(Map.of("ETCD_REGISTRY", connection), false, "");
  }

  private String run(int code, String... args) {
    TestConsole console = console();
    assertThat(console.run(args)).as(console.err()).isEqualTo(code);
    return code == 0 ? console.out() : console.err();
  }

  /** A command that runs until it is interrupted. */
  private static final class Running {
    private final TestConsole console;
    private final CompletableFuture<Integer> code = new CompletableFuture<>();
    private final Thread thread;

    Running(TestConsole console, String... args) {
      this.console = console;
      this.thread = new Thread(() -> code.complete(console.run(args)));
      thread.start();
    }

    Running await(String part) throws InterruptedException {
      return await(() -> console.out().contains(part));
    }

    Running await(BooleanSupplier condition) throws InterruptedException {
      while (!condition.getAsBoolean()) {
        assertThat(code).as(console.err()).isNotDone();
        TimeUnit.MILLISECONDS.sleep(10);
      }
      return this;
    }

    int interrupt() {
      thread.interrupt();
      return code.join();
    }
  }

  @Test
  void lookup_oneUp_isTheDocument() {
    Registration joined =
        services.join(Instance.named("orders").port(8080).with("note", List.of(1, "x")));
    assertThat(run(0, "lookup", "orders")).isEqualTo(joined.instance().json() + "\n");
    assertThat(run(0, "lookup", "orders", "-o", "url")).isEqualTo(joined.instance().url() + "\n");
    assertThat(run(0, "lookup", "orders", "--meta"))
        .startsWith("{\"key\":\"" + joined.instance().key() + "\",\"revision\":")
        .endsWith("\"instance\":" + joined.instance().json() + "}\n");
  }

  @Test
  void lookup_none_isCode3WithTheReason() {
    assertThat(run(3, "lookup", "orders")).contains("no instance of 'orders'").hasLineCount(1);
    services.join(Instance.named("orders").port(1).status(Instance.Status.DOWN));
    services.join(Instance.named("orders").port(2).status(Instance.Status.STARTING));
    assertThat(run(3, "lookup", "orders")).contains("is up: 2 down or starting");
    services.join(Instance.named("orders").port(3).status(Instance.Status.DRAINING));
    assertThat(run(0, "lookup", "orders", "-o", "hostport")).endsWith(":3\n");
  }

  @Test
  void list_names_areKeptApart() {
    assertThat(run(0, "list")).isEqualTo("[]\n");
    services.join(Instance.named("orders").port(1).zone("eu"));
    services.join(Instance.named("orders").port(2).zone("us"));
    services.join(Instance.named("orders-eu").port(3));
    assertThat(run(0, "list", "orders", "-o", "jsonl")).hasLineCount(2);
    assertThat(run(0, "list", "-o", "name")).isEqualTo("orders-eu\norders\n");
    assertThat(run(0, "list", "-l", "zone=us", "-o", "hostport")).endsWith(":2\n").hasLineCount(1);
    assertThat(run(0, "list", "-o", "table", "--no-headers")).hasLineCount(3);
    assertThat(run(0, "-e", endpoint + "/elsewhere?timeout=60s", "list")).isEqualTo("[]\n");
  }

  @Test
  void leave_liveOwner_putsItBack() {
    services.join(Instance.named("orders").port(1));
    assertThat(run(1, "leave", "orders")).contains("put back").contains("stop that process");
    assertThat(services.list("orders")).hasSize(1);
  }

  @Test
  void leave_severalOrNone_removesNothing() {
    services.join(Instance.named("orders").port(1).id("ab"));
    services.join(Instance.named("orders").port(2).id("abc"));
    assertThat(run(2, "leave", "orders")).contains("2 instances", "ab (", "abc (").hasLineCount(1);
    assertThat(run(3, "leave", "orders", "x")).contains("'x'");
    assertThat(run(3, "leave", "nothing")).contains("'nothing'");
    assertThat(run(0, "leave", "nothing", "--all")).isEmpty();
    assertThat(services.list("orders")).hasSize(2);
    assertThat(run(1, "leave", "orders", "ab")).contains("services/orders/ab was put back");
  }

  @Test
  void watch_changes_areLines() throws InterruptedException {
    Registration first = services.join(Instance.named("orders").port(1));
    Running watch = new Running(console(), "watch", "orders", "-o", "jsonl").await("sync");
    first.update(instance -> instance.version("2"));
    watch.await("updated");
    services.join(Instance.named("others").port(1));
    first.leave();
    watch.await("left");
    assertThat(watch.interrupt()).isEqualTo(130);
    List<String> types =
        watch
            .console
            .out()
            .lines()
            .map(line -> line.replaceAll("\\{\"type\":\"(\\w+).*", "$1"))
            .toList();
    // who leaves says draining first, which a watch may be too slow to see
    assertThat(String.join(" ", types)).matches("joined sync updated( updated)? left");
  }

  @Test
  void watch_table_namesTheEvent() throws InterruptedException {
    Running watch = new Running(console(), "list", "--watch", "-o", "wide").await("EVENT");
    services.join(Instance.named("orders").port(1)).leave();
    watch.await("left");
    assertThat(watch.interrupt()).isEqualTo(130);
    List<String> events = watch.console.out().lines().map(line -> line.split(" ", 2)[0]).toList();
    assertThat(String.join(" ", events)).matches("EVENT joined( updated)? left");
  }

  @Test
  void list_watchOnATerminal_isDrawnAnewInItsPlace() throws InterruptedException {
    TestConsole terminal =
        new TestConsole(Map.of("ETCD_REGISTRY", connection, "NO_COLOR", "1"), true, "");
    Running watch = new Running(terminal, "list", "--watch").await("no instances");
    Registration joined = services.join(Instance.named("orders").port(1).id("first"));
    watch.await("orders");
    joined.leave();
    watch.await(
        () ->
            terminal.out().endsWith("no instances\u001b[?7h\n")
                && terminal.out().contains("first"));
    assertThat(watch.interrupt()).isEqualTo(130);
    assertThat(terminal.out())
        .contains("\u001b[1A\r\u001b[J\u001b[?7lNAME", "\u001b[2A\r\u001b[J\u001b[?7lno");
  }

  @Test
  void wait_instances_returnsAsSoonAsTheyAreUp() {
    services.join(Instance.named("orders").port(1).version("1"));
    assertThat(run(0, "wait", "orders")).isEmpty();
    assertThat(run(0, "wait", "orders", "-l", "version=1", "-o", "hostport")).endsWith(":1\n");
    assertThat(run(6, "wait", "orders", "--count", "2", "--timeout", "100ms"))
        .contains("orders")
        .hasLineCount(1);
    assertThat(run(6, "wait", "orders", "-l", "version=2", "--timeout", "100ms")).hasLineCount(1);
    CompletableFuture<Integer> waiting =
        CompletableFuture.supplyAsync(() -> console().run("wait", "orders", "--count", "2"));
    services.join(Instance.named("orders").port(2));
    assertThat(waiting.join()).isZero();
    services.close(); // while it can leave
    etcd.close();
    assertThat(run(4, "wait", "orders", "-e", endpoint + "?timeout=500ms", "--timeout", "1s"))
        .hasLineCount(1);
  }

  @Test
  void join_interrupted_leaves() throws InterruptedException {
    Running join = new Running(console(), "join", "orders", "-p", "7", "--ttl", "3s").await("}");
    assertThat(services.list("orders"))
        .singleElement()
        .extracting(Instance::json)
        .isEqualTo(join.console.out().strip());
    assertThat(join.interrupt()).isEqualTo(130);
    assertThat(run(0, "list", "orders")).isEqualTo("[]\n");
    assertThat(join.console.err()).contains("TTL of 3s").contains("left");
  }

  @Test
  void join_standardInput_isTheDocument() throws InterruptedException {
    TestConsole console =
        new TestConsole(Map.of("ETCD_REGISTRY", connection), false, "{\"zone\":\"eu\"}");
    Running join = new Running(console, "join", "orders", "--json", "-").await("}");
    assertThat(join.console.out()).contains("\"zone\":\"eu\"");
    assertThat(join.interrupt()).isEqualTo(130);
  }

  @Test
  void hold_superseded_isSaid() throws InterruptedException {
    Running join =
        new Running(console(), "join", "orders", "-p", "7", "--hostname", "h").await("}");
    services.join(Instance.named("orders").port(7).hostname("h"));
    join.await(() -> join.console.err().contains("SUPERSEDED"));
    assertThat(join.interrupt()).isEqualTo(130);
    assertThat(services.list("orders")).hasSize(1);
  }

  @Test
  void etcd_gone_isCode4WithinTheTimeout() {
    etcd.close();
    long begin = System.nanoTime();
    assertThat(run(4, "list", "-e", endpoint + "?timeout=1s")).contains(endpoint).hasLineCount(1);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
  }
}
