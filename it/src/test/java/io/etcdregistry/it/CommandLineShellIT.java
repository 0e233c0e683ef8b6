package io.etcdregistry.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.Registry;
import io.etcdregistry.devserver.DevServer;
import io.etcdregistry.it.PackagedCommand.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged command in the company of a shell: pipes, substitutions, completion. */
class CommandLineShellIT {
  private static final int MANY = 10_000;

  @TempDir Path folder;

  private DevServer etcd;
  private Registry services;
  private String connection;

  @BeforeEach
  void start() {
    etcd = DevServer.start();
    connection = etcd.endpoint() + "?timeout=60s";
    services = Registry.connect(connection + "&hostname=127.0.0.1");
  }

  @AfterEach
  void stop() {
    services.close();
    etcd.close();
  }

  private Result shell(String line) {
    try (PackagedCommand command =
        PackagedCommand.shell(Map.of("ETCD_REGISTRY", connection), line)) {
      return command.await();
    }
  }

  @Test
  void list_tenThousand_pipesAsFarAsItIsRead() {
    List<CompletableFuture<Registration>> joins =
        IntStream.rangeClosed(1, MANY)
            .mapToObj(i -> services.announce(Instance.named("s" + i).port(1)).whenJoined())
            .toList();
    CompletableFuture.allOf(joins.toArray(CompletableFuture[]::new)).join();
    assertThat(shell("$REG list -o jsonl | wc -l").out().strip()).isEqualTo("" + MANY);
    assertThat(shell("$REG list -o table --no-headers | cut -f1 | sort -u | wc -l").out().strip())
        .isEqualTo("" + MANY);
    Result first = shell("$REG list -o name | head -n 1; echo ${PIPESTATUS[0]}");
    assertThat(first.out()).matches("s\\d+\n(0|141)\n");
    assertThat(first.err()).isEmpty();
  }

  @Test
  void output_closed_isSaidOnce() {
    services.join(Instance.named("a").port(1));
    Result closed = shell("$REG list >&-");
    assertThat(closed.code()).isEqualTo(1);
    assertThat(closed.err()).contains("cannot be written").hasLineCount(1);
    assertThat(shell("$REG list <&- 2>&-").out()).contains("\"name\":\"a\"");
    assertThat(shell("$REG lookup nobody 2>&-").code()).isEqualTo(3);
  }

  @Test
  @RequiresProgram("curl")
  void lookup_url_isCalledByCurl() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    server.createContext(
        "/health",
        exchange -> {
          exchange.sendResponseHeaders(200, 2);
          exchange.getResponseBody().write(new byte[] {'o', 'k'});
          exchange.close();
        });
    server.start();
    try {
      services.join(Instance.named("orders").port(server.getAddress().getPort()));
      assertThat(shell("curl -s \"$($REG lookup orders -o url)/health\"").out()).isEqualTo("ok");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void completion_bash_namesCommandsOptionsAndServices() {
    String evil = "$(touch " + folder.resolve("injected") + ")";
    services.join(Instance.named("orders").port(1));
    services.join(Instance.named("orders eu").port(2));
    services.join(Instance.named("payments").port(3));
    services.join(Instance.named(evil).port(4));
    String script =
        """
        PATH=$(dirname "$REG"):$PATH
        . <(etcd-registry completion bash)
        show() {
          COMP_LINE=$1 COMP_POINT=${#1}
          _etcd_registry
          printf '%s => ' "$1"
          [ ${#COMPREPLY[@]} = 0 ] || printf '<%s>' "${COMPREPLY[@]}"
          echo
        }
        show 'etcd-registry lo'
        show 'etcd-registry lookup ord'
        show 'etcd-registry lookup '
        show 'etcd-registry lookup orders '
        show 'etcd-registry list -o json'
        show 'etcd-registry doctor -o t'
        show 'etcd-registry list --no'
        show "etcd-registry -e $ETCD_REGISTRY wait pay"
        show 'etcd-registry completion '
        show 'etcd-registry join x -- basen'
        """;
    Result result = shell(script);
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .contains("lo => <lookup>\n")
        .contains("lookup ord => <orders\\ eu><orders>\n")
        .contains("lookup  => <", "<payments>", "touch")
        .contains("lookup orders  => \n")
        .contains("-o json => <json><jsonl>\n")
        .contains("doctor -o t => <text>\n")
        .contains("--no => <--no-headers>\n")
        .contains("wait pay => <payments>\n")
        .contains("completion  => <bash><zsh>\n")
        .contains("-- basen => <basename>");
    assertThat(folder.resolve("injected")).doesNotExist();
  }

  @Test
  @RequiresProgram("zsh")
  void completion_zsh_namesCommandsOptionsAndServices() throws IOException {
    String evil = "$(touch " + folder.resolve("injected") + ")";
    services.join(Instance.named("orders").port(1));
    services.join(Instance.named("payments eu").port(3));
    services.join(Instance.named(evil).port(4));
    // Ctrl-X shows the line as it stands and begins another
    Path setup =
        Files.writeString(
            folder.resolve(".zshrc"),
            """
            autoload -Uz compinit; compinit -D -u
            unsetopt BEEP ZLE_BRACKETED_PASTE
            show() { print -r -- "<$BUFFER>"; BUFFER= }
            zle -N show; bindkey '^X' show; bindkey '^I' complete-word
            source <(etcd-registry completion zsh)
            PS1='ready '
            """);
    String line = "PATH=$(dirname \"$REG\"):$PATH ZDOTDIR=" + setup.getParent() + " zsh -i";
    try (PackagedCommand zsh =
        PackagedCommand.terminal(Map.of("ETCD_REGISTRY", connection), line)) {
      zsh.awaitOut("ready ");
      completes(zsh, "etcd-registry loo", "etcd-registry lookup ");
      completes(zsh, "etcd-registry lookup or", "etcd-registry lookup orders ");
      completes(zsh, "etcd-registry wait pay", "etcd-registry wait payments\\ eu ");
      completes(zsh, "etcd-registry lookup \\$", "etcd-registry lookup \\$\\(touch\\ ");
      completes(zsh, "etcd-registry list --no", "etcd-registry list --no-headers ");
      completes(zsh, "etcd-registry list -o jsonl", "etcd-registry list -o jsonl ");
      completes(zsh, "etcd-registry lookup orders ", "etcd-registry lookup orders >");
      completes(zsh, "etcd-registry -e 127.0.0.1:1 lookup ", "127.0.0.1:1 lookup >");
      completes(zsh, "etcd-registry doctor -o t", "etcd-registry doctor -o text ");
      completes(zsh, "etcd-registry join x -- basena", "etcd-registry join x -- basename ");
      zsh.type("exit\n");
      zsh.await();
    }
    assertThat(folder.resolve("injected")).doesNotExist();
  }

  private static void completes(PackagedCommand zsh, String typed, String line) {
    zsh.type(typed + "\t\u0018");
    zsh.awaitOut(line.endsWith(">") ? line : "<" + line);
  }
}
