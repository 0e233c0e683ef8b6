package io.etcdregistry.cli;

import io.etcdregistry.Registry;
import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.internal.diagnosis.Inspector;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which etcd a command talks to: the mixin of every command that talks to one. */
final class ConnectionOptions {
  /** The mixin's name: it may also stand before the command. */
  static final String MIXIN = "connection";

  private final Console console;
  private @Nullable ConnectionText inForce;

  @Spec(Spec.Target.MIXEE)
  @Nullable CommandSpec command;

  @Option(
      names = {"-e", "--etcd"},
      paramLabel = "CONNECTION",
      description =
          "The etcd to talk to, as 'etcd-registry help' shows it. Default: what ETCD_REGISTRY"
              + " says, else ETCDCTL_ENDPOINTS, else the file that 'config show' names, else"
              + " 127.0.0.1.")
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

  /** What is set, and where. */
  Settings settings() {
    return new Settings(console.environment(), given());
  }

  /** The connection string in force. Holds secrets: never shown, never handed on. */
  ConnectionText connection() {
    ConnectionText known = inForce;
    if (known == null) {
      known = withPassword(settings().connection());
      inForce = known;
    }
    return known;
  }

  private static ConnectionText withPassword(ConnectionText text) {
    if (!Settings.needsPassword(text)) {
      return text;
    }
    String user =
        text.options().stream()
            .filter(option -> option.startsWith("user="))
            .map(ConnectionText::value)
            .findFirst()
            .orElse("");
    return PasswordPrompt.ask("Password of " + TerminalText.escape(user) + " in etcd: ")
        .map(password -> text.with("password", password))
        .orElseThrow(
            () ->
                new CommandException(
                    ExitCode.USAGE,
                    "the user "
                        + user
                        + " has no password: set "
                        + Settings.PASSWORD_VARIABLE
                        + ", or ETCDCTL_PASSWORD beside ETCDCTL_USER, or passwordFile in the"
                        + " connection"));
  }

  /** The hosts that a command talks to, without protocol; empty if it talks to none. */
  static String hosts(CommandLine command) {
    CommandSpec mixin = command.getCommandSpec().mixins().get(MIXIN);
    return mixin != null && mixin.userObject() instanceof ConnectionOptions options
        ? options.settings().connection().hosts().replaceAll("https?://", "")
        : "";
  }

  /** Opens a client of that etcd, to be closed by the command. */
  Registry open() {
    return open(Registry.builder());
  }

  /** Opens a client of that etcd with more settings, to be closed by the command. */
  Registry open(Registry.Builder builder) {
    return open(builder, connection());
  }

  /** Opens a client of another etcd, to be closed by the command. */
  Registry open(Registry.Builder builder, ConnectionText text) {
    try {
      return builder.connection(text.toString()).build();
    } catch (RegistryException e) {
      throw e.reason() == Reason.INVALID
          ? new RegistryException(Reason.INVALID, settings().origin() + ": " + e.getMessage(), e)
          : e;
    }
  }

  /** Prepares to look at that etcd closely, to be closed by the command. */
  Inspector inspect() {
    try {
      return Inspector.open(connection().toString());
    } catch (RegistryException e) {
      throw new RegistryException(e.reason(), settings().origin() + ": " + e.getMessage(), e);
    }
  }

  /** How long leases have to live, of those that are there. */
  Map<Long, Duration> remaining(Set<Long> leases) {
    try (Inspector inspector = inspect()) {
      return inspector.remaining(leases);
    }
  }

  /** Makes an environment that of a command which a user has run: same etcd, no secrets. */
  void removeSecrets(Map<String, String> environment) {
    ConnectionText connection = connection();
    boolean secret = !connection.encodedPassword().isEmpty();
    if (secret || console.environment("ETCDCTL_USER").contains(":")) {
      environment.remove("ETCDCTL_USER");
    }
    environment.remove("ETCDCTL_PASSWORD");
    environment.remove(Settings.PASSWORD_VARIABLE);
    environment.put(
        Settings.VARIABLE, (secret ? connection.withoutCredentials() : connection).toString());
  }
}
