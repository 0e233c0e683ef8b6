package io.etcdregistry.cli;

import io.etcdregistry.Registry;
import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which etcd a command talks to: the mixin of every command that talks to one. */
final class ConnectionOptions {
  /** Where etcd is if nobody says otherwise. */
  static final String DEFAULT = "127.0.0.1";

  /** The mixin's name: it may also stand before the command. */
  static final String MIXIN = "connection";

  private static final String VARIABLE = "ETCD_REGISTRY";

  private final Console console;

  @Spec(Spec.Target.MIXEE)
  @Nullable CommandSpec command;

  @Option(
      names = {"-e", "--etcd"},
      paramLabel = "CONNECTION",
      description =
          "The etcd to talk to, as 'etcd-registry help' shows it. Default: what ETCD_REGISTRY says,"
              + " else ETCDCTL_ENDPOINTS, else 127.0.0.1.")
  @Nullable String etcd;

  ConnectionOptions(Console console) {
    this.console = console;
  }

  /** The user's own choice on the command line, empty if there is none. */
  String given() {
    if (etcd != null) {
      if (etcd.isBlank()) {
        throw new CommandException(
            ExitCode.USAGE, "-e: '" + etcd + "' (expected: a connection string)");
      }
      return etcd;
    }
    CommandSpec parent = command == null ? null : command.parent();
    CommandSpec before = parent == null ? null : parent.mixins().get(MIXIN);
    return before != null && before.userObject() instanceof ConnectionOptions outer
        ? outer.given()
        : "";
  }

  /** The connection string in force. Holds secrets: never shown, never handed on. */
  ConnectionText connection() {
    EtcdctlVariables etcdctl = new EtcdctlVariables(console.environment());
    String text = DEFAULT;
    for (String choice :
        new String[] {given(), console.environment(VARIABLE), etcdctl.endpoints()}) {
      if (!choice.isBlank()) {
        text = choice;
        break;
      }
    }
    return etcdctl.complete(ConnectionText.parse(text));
  }

  /** The hosts that a command talks to, without protocol; empty if it talks to none. */
  static String hosts(CommandLine command) {
    CommandSpec mixin = command.getCommandSpec().mixins().get(MIXIN);
    return mixin != null && mixin.userObject() instanceof ConnectionOptions options
        ? options.connection().hosts().replaceAll("https?://", "")
        : "";
  }

  /** Opens a client of that etcd, to be closed by the command. */
  Registry open() {
    return open(Registry.builder());
  }

  /** Opens a client of that etcd with more settings, to be closed by the command. */
  Registry open(Registry.Builder settings) {
    try {
      return settings.connection(connection().toString()).build();
    } catch (RegistryException e) {
      throw e.reason() == Reason.INVALID
          ? new RegistryException(Reason.INVALID, source() + ": " + e.getMessage(), e)
          : e;
    }
  }

  private String source() {
    if (!given().isEmpty()) {
      return "-e";
    }
    return console.environment(VARIABLE).isBlank() ? "ETCDCTL_*" : VARIABLE;
  }

  /** Makes an environment that of a command which a user has run: same etcd, no secrets. */
  void removeSecrets(Map<String, String> environment) {
    ConnectionText connection = connection();
    boolean secret = !connection.encodedPassword().isEmpty();
    if (secret || console.environment("ETCDCTL_USER").contains(":")) {
      environment.remove("ETCDCTL_USER");
    }
    environment.remove("ETCDCTL_PASSWORD");
    environment.put(VARIABLE, (secret ? connection.withoutCredentials() : connection).toString());
  }
}
