package io.etcdregistry.cli;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Commands that mend something, with all that they need to be run as they stand, against the etcd
 * that was looked at. They hold no password: who needs one is asked for it.
 */
final class Mends {
  private static final String ROOT = "root";

  private final ConnectionText connection;
  private final boolean given;

  /**
   * @param connection the connection in force
   * @param given whether it stood on the command line, so that a command needs it there again
   */
  Mends(ConnectionText connection, boolean given) {
    this.connection = connection;
    this.given = given;
  }

  /** A command of ours, as the same user. */
  String ours(String command) {
    return Main.NAME
        + " "
        + command
        + (given ? " -e " + quoted(connection.withoutPassword().toString()) : "");
  }

  /** A command of ours, as the user root. */
  String oursAsRoot(String command) {
    ConnectionText asRoot = connection.withoutCredentials().with("user", ROOT);
    return Main.NAME + " " + command + " -e " + quoted(asRoot.toString());
  }

  /** A command of etcdctl on the whole cluster: as the user root, if the cluster knows users. */
  String etcdctl(String command) {
    return etcdctlAt(
        Arrays.stream(hosts()).map(this::url).collect(Collectors.joining(",")), command);
  }

  /** The same on one endpoint. */
  String etcdctlAt(String endpoint, String command) {
    String user = connection.hasUser() ? " --user=" + ROOT : "";
    return "etcdctl --endpoints=" + quoted(url(endpoint)) + files() + user + " " + command;
  }

  private String[] hosts() {
    return connection.hosts().split(",\\s*", -1);
  }

  /** An endpoint as etcdctl needs it: with protocol, where it is TLS, and always with port. */
  private String url(String endpoint) {
    if (endpoint.contains(",")) {
      return endpoint;
    }
    String bare = endpoint.replaceFirst("^https?://", "");
    boolean hasPort = bare.matches(".*:\\d+") && (!bare.startsWith("[") || !bare.endsWith("]"));
    return (connection.isHttps() ? "https://" : "") + bare + (hasPort ? "" : ":2379");
  }

  private String files() {
    return List.of("ca", "cert", "key").stream().map(this::file).collect(Collectors.joining());
  }

  private String file(String option) {
    String flag = option.equals("ca") ? "cacert" : option;
    return connection.options().stream()
        .filter(one -> ConnectionText.name(one).equals(option))
        .map(one -> " --" + flag + "=" + quoted(ConnectionText.value(one)))
        .findFirst()
        .orElse("");
  }

  /** A word for a shell, whatever is in it. */
  static String quoted(String word) {
    return word.matches("[A-Za-z0-9._:/,@%+=-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
