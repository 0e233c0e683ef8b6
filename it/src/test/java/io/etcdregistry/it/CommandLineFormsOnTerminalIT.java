package io.etcdregistry.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.etcdregistry.Instance;
import io.etcdregistry.Instance.Status;
import io.etcdregistry.Registration;
import io.etcdregistry.Registry;
import io.etcdregistry.devserver.DevServer;
import io.etcdregistry.internal.etcd.GrpcAdmin;
import io.etcdregistry.it.PackagedCommand.Result;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Every form of output on a terminal, whatever the records hold, and Ctrl-C at all that goes on.
 */
@RequiresProgram("script")
@Execution(ExecutionMode.CONCURRENT)
class CommandLineFormsOnTerminalIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String CTRL_C = "\u0003";
  private static final String COLOR = "\u001b\\[(0|31|32|33)m";
  private static final List<String> FORMS =
      List.of("table", "wide", "json", "jsonl", "yaml", "name", "url", "hostport");

  private final DevServer etcd = DevServer.start();
  private final Map<String, String> variables =
      Map.of("ETCD_REGISTRY", etcd.endpoint() + "?timeout=60s");
  private Registry services;

  @BeforeEach
  void start() {
    services = Registry.connect(etcd.endpoint() + "?timeout=60s&hostname=10.0.0.1");
  }

  @AfterEach
  void stop() {
    services.close();
    etcd.close();
  }

  private PackagedCommand terminal(String line) {
    return PackagedCommand.terminal(variables, line);
  }

  private Result run(String line) {
    try (PackagedCommand command = terminal(line)) {
      return command.await();
    }
  }

  /** Runs a command once for each form, on one terminal; what it shows of each, in lines. */
  private Map<String, List<String>> shown(String command) {
    String line = "for form in %s; do %s -o $form; echo END $?; done";
    String all = run(line.formatted(String.join(" ", FORMS), command)).out();
    assertThat(all.replace("\r\n", "")).as("lines end as a terminal's do").doesNotContain("\n");
    List<String> outputs = Arrays.asList(all.split("END 0\r\n"));
    assertThat(outputs).as(all).hasSize(FORMS.size());
    Map<String, List<String>> shown = new LinkedHashMap<>();
    FORMS.forEach(form -> shown.put(form, List.of(outputs.get(FORMS.indexOf(form)).split("\r\n"))));
    return shown;
  }

  private static String plain(String line) {
    return line.replaceAll(COLOR, "");
  }

  /** How many columns of a terminal lie before a text, of lines with characters of two columns. */
  private static int column(String line, String text) {
    String before = plain(line).substring(0, plain(line).indexOf(text));
    return before.codePoints().map(c -> c >= 0x2e80 ? 2 : 1).sum();
  }

  @Test
  void forms_hostileRecord_moveNothing() {
    // no client of ours would join it
    String json =
        "{\"name\":\"shop\",\"port\":1,\"hostname\":\"10.0.0.1\",\"version\":\"%s\",\"zone\":\"%s\"}"
            .formatted("\\u001b[2J\u202e\\u0007", "\u6771\u4eac");
    try (GrpcAdmin admin = new GrpcAdmin(etcd.endpoint())) {
      admin.put("services/shop/s1", json.getBytes(UTF_8), 0);
    }
    for (String command : List.of("$REG list", "$REG lookup shop")) {
      Map<String, List<String>> shown = shown(command);
      shown.forEach(
          (form, lines) ->
              assertThat(plain(String.join("\n", lines)))
                  .as(command + " -o " + form)
                  .doesNotContain("\u001b", "\u202e", "\u0007"));
      assertThat(shown.get("name")).containsExactly("shop");
      assertThat(shown.get("url")).containsExactly("http://10.0.0.1:1");
      assertThat(shown.get("hostport")).containsExactly("10.0.0.1:1");
      for (String form : List.of("table", "wide")) {
        assertThat(shown.get(form).get(1)).contains("\\u001b[2J\\u202e\\u0007", "\u6771\u4eac");
      }
      for (String form : List.of("json", "jsonl", "yaml")) {
        assertThat(String.join("\n", shown.get(form)))
            .contains("\u6771\u4eac")
            .containsPattern("(?i)(\\\\u001b|\\\\e|\\\\x1b)\\[2J")
            .containsIgnoringCase("\\u202e");
      }
    }
  }

  @Test
  void table_statuses_areColouredAndInColumns() {
    services.join(Instance.named("\u5bff\u53f8").id("1").port(1));
    services.join(Instance.named("b").id("22").port(22).status(Status.DRAINING));
    services.join(Instance.named("c").id("333").port(333).status(Status.DOWN).zone("eu"));
    services.join(Instance.named("d").id("4444").port(4444).status(Status.STARTING));
    services.join(Instance.named("e").id("5").port(5));
    services.override("e", "5", wish -> wish.status(Status.DOWN), Duration.ZERO);
    Map<String, List<String>> shown = shown("$REG list");
    for (String form : List.of("table", "wide")) {
      List<String> lines = shown.get(form);
      assertThat(lines).as(form).hasSize(6);
      String all = String.join("\n", lines);
      assertThat(all)
          .contains("\u001b[32mup\u001b[0m", "\u001b[33mdraining\u001b[0m")
          .contains("\u001b[33mstarting\u001b[0m", "\u001b[31mdown\u001b[0m")
          .contains("\u001b[31mdown*\u001b[0m");
      int status = column(lines.get(0), "STATUS");
      int zone = column(lines.get(0), "ZONE");
      for (String line : lines.subList(1, lines.size())) {
        String word = plain(line).replaceAll(".* (up|draining|down|starting)\\b.*", "$1");
        assertThat(column(line, " " + word) + 1).as(line).isEqualTo(status);
        assertThat(column(line, line.contains(" eu ") ? "eu" : "<none>")).isEqualTo(zone);
      }
    }
    FORMS.stream()
        .filter(form -> !List.of("table", "wide").contains(form))
        .forEach(form -> assertThat(String.join("", shown.get(form))).doesNotContain("\u001b"));
    assertThat(shown.get("wide").get(0)).contains("TTL", "LEASE", "REVISION", "KEY", "OVERRIDE");
  }

  @Test
  void terminal_dumbOrColourless_getsNeitherColoursNorJumps() {
    services.join(Instance.named("a").port(1));
    assertThat(run("NO_COLOR=1 $REG list -o wide").out()).contains("up").doesNotContain("\u001b");
    assertThat(run("TERM=dumb $REG list").out()).contains("up").doesNotContain("\u001b");
    try (PackagedCommand list = terminal("TERM=dumb exec $REG list --watch").awaitOut("WEIGHT")) {
      services.join(Instance.named("b").port(2));
      list.awaitOut("10.0.0.1:2");
      list.type(CTRL_C);
      assertThat(list.await().code()).isEqualTo(130);
      assertThat(list.out()).contains("joined").doesNotContain("\u001b");
    }
  }

  @Test
  void watch_table_isColouredByWhatHappens() {
    services.join(Instance.named("before").port(2));
    try (PackagedCommand watch = terminal("exec $REG watch -o table").awaitOut("before")) {
      Registration joined = services.join(Instance.named("orders").port(1));
      watch.awaitOut("orders");
      assertThat(watch.out()).contains("\u001b[32mjoined\u001b[0m");
      joined.update(instance -> instance.status(Status.DRAINING));
      watch.awaitOut("\u001b[33mupdated\u001b[0m");
      joined.leave();
      watch.awaitOut("\u001b[31mleft\u001b[0m");
      watch.type(CTRL_C);
      assertThat(watch.await().code()).isEqualTo(130);
    }
  }

  @Test
  void listWatch_wide_isCutAndDrawnInPlace() {
    services.join(Instance.named("orders").id("o1").port(1));
    try (PackagedCommand list =
        terminal("stty rows 24 cols 40; exec $REG list --watch -o wide")
            .awaitOut("services/orders/o1")) {
      services.join(Instance.named("orders").id("o2").port(2));
      list.awaitOut("services/orders/o2");
      String second = list.out().substring(list.out().lastIndexOf("\u001b[?7l"));
      assertThat(list.out()).contains("\u001b[2A\r\u001b[J\u001b[?7l");
      assertThat(second.split("\r\n")).hasSize(3);
      await().atMost(PATIENCE).until(() -> list.out().endsWith("\u001b[?7h\r\n"));
      list.type(CTRL_C);
      assertThat(list.await().code()).isEqualTo(130);
    }
  }

  /** Whatever goes on ends by Ctrl-C with 130, and leaves the terminal as it was. */
  @Test
  void ctrlC_endsWhatGoesOn() {
    services.join(Instance.named("orders").port(1));
    Map<String, String> goingOn = new LinkedHashMap<>();
    goingOn.put("watch", "orders");
    goingOn.put("watch -o jsonl", "sync");
    goingOn.put("watch orders -- sh -c \"cat; sleep 600\"", "sync");
    goingOn.put("list --watch", "orders");
    goingOn.put("wait nobody", "begun");
    goingOn.put("join held -p 9", "held");
    goingOn.put("dev --port 0", "Ctrl-C");
    goingOn.forEach(
        (command, sign) -> {
          // the shell around it must not be the one that Ctrl-C finds
          String line = "trap : INT; (echo begun; exec $REG %s); echo \"code $?\"; stty -a";
          try (PackagedCommand terminal = terminal(line.formatted(command))) {
            terminal.awaitOut(sign).type(CTRL_C);
            assertThat(terminal.await().out()).contains("code 130", " echo ");
          }
        });
    assertThat(services.list("held")).isEmpty();
  }

  /** A terminal that goes away takes the registration with it, long before its TTL. */
  @Test
  void terminal_closed_endsTheRegistration() {
    try (PackagedCommand terminal = terminal("exec $REG join shell -p 9 --ttl 600s -w 60s")) {
      terminal.awaitOut("joined shell");
      terminal.signal("KILL");
      await().atMost(PATIENCE).until(() -> services.list("shell").isEmpty());
    }
  }
}
