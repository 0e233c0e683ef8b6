package io.etcdregistry.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What stands before a command. */
@Command(
    name = Main.NAME,
    description = {
      "Service discovery on etcd: services join with a JSON document, everyone else looks them up,"
          + " and a record lives as long as the process behind it."
    },
    synopsisHeading = "Usage: ",
    customSynopsis = Main.NAME + " [OPTIONS] COMMAND [ARGUMENTS]",
    descriptionHeading = "%n",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Examples:",
      "  etcd-registry dev &",
      "  etcd-registry join orders --port 8080 &",
      "  curl \"$(etcd-registry lookup orders -o url)/health\"",
      "",
      "Connection: [https://][user:password@]HOST[:PORT][,HOST[:PORT]...][/NAMESPACE][?OPTION=VALUE&...]",
      "  options: ttl, timeout, refresh, ca, cert, key, user, password, passwordFile, zone, hostname,",
      "  interface, cidr, insecure; durations as 500ms, 10s or 2m; %% escapes in user and password",
      "",
      "Exit codes: 0 done, 1 other failure, 2 wrong usage, 3 nothing found, 4 etcd unreachable,",
      "5 denied, 6 timed out, 7 registration lost (--fail-on-loss), 129, 130 and 143 ended by SIGHUP,",
      "SIGINT and SIGTERM. A joined command's own code is passed on, 126 or 127 if it cannot start.",
      "",
      "Environment: ETCD_REGISTRY is the connection, ETCD_REGISTRY_PASSWORD the password of its user;",
      "ETCDCTL_ENDPOINTS, _CACERT, _CERT, _KEY, _USER and _PASSWORD count where neither -e nor",
      "ETCD_REGISTRY says otherwise, then ~/.config/etcd-registry/config; NO_COLOR."
    })
final class RootCommand implements Callable<Integer> {
  private final Console console;

  @Spec @Nullable CommandSpec spec;

  @Mixin(name = GeneralOptions.MIXIN)
  final GeneralOptions general = new GeneralOptions();

  @Mixin(name = ConnectionOptions.MIXIN)
  final ConnectionOptions connection;

  @Option(
      names = {"-V", "--version"},
      description = "Show the version.")
  boolean version;

  RootCommand(Console console) {
    this.console = console;
    this.connection = new ConnectionOptions(console);
  }

  @Override
  public Integer call() {
    if (version) {
      return new VersionCommand(console).call();
    }
    throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "Name a command");
  }
}
