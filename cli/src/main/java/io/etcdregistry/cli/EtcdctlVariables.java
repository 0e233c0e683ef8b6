package io.etcdregistry.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the variables of {@code etcdctl} say about the connection: the endpoints if nothing else
 * names them, and certificates and user where the connection string is silent about them.
 */
final class EtcdctlVariables {
  private final Map<String, String> environment;

  EtcdctlVariables(Map<String, String> environment) {
    this.environment = environment;
  }

  /** The variable that an option of the connection comes from. */
  static String variableOf(String option) {
    return switch (option) {
      case "ca" -> "ETCDCTL_CACERT";
      case "cert" -> "ETCDCTL_CERT";
      case "key" -> "ETCDCTL_KEY";
      case "password" -> "ETCDCTL_PASSWORD";
      default -> "ETCDCTL_USER";
    };
  }

  private String variable(String name) {
    return environment.getOrDefault("ETCDCTL_" + name, "");
  }

  /** The endpoints as hosts of a connection string; empty if the variable is not set. */
  String endpoints() {
    List<String> hosts = new ArrayList<>();
    for (String endpoint : variable("ENDPOINTS").split(",", -1)) {
      String host = endpoint.strip();
      if (!host.isEmpty()) {
        hosts.add(host.endsWith("/") ? host.substring(0, host.length() - 1) : host);
      }
    }
    // etcdctl speaks TLS to an endpoint without a protocol as soon as it has certificates.
    boolean certificates = !variable("CACERT").isEmpty() || !variable("CERT").isEmpty();
    boolean bare = hosts.stream().noneMatch(host -> host.contains("://"));
    return (certificates && bare && !hosts.isEmpty() ? "https://" : "") + String.join(",", hosts);
  }

  /** The connection with what it leaves open. */
  ConnectionText complete(ConnectionText connection) {
    return withUser(connection.isHttps() ? withFiles(connection) : connection);
  }

  private ConnectionText withFiles(ConnectionText connection) {
    ConnectionText complete = with(connection, "ca", variable("CACERT"));
    // A certificate and its key belong together: never one from here and one from there.
    if (!connection.hasOption("cert") && !connection.hasOption("key")) {
      complete = with(complete, "cert", variable("CERT"));
      complete = with(complete, "key", variable("KEY"));
    }
    return complete;
  }

  private static ConnectionText with(ConnectionText connection, String option, String value) {
    return value.isEmpty() || connection.hasOption(option)
        ? connection
        : connection.with(option, value);
  }

  /** {@code ETCDCTL_USER} is a user, or a user and a password joined by a colon. */
  private ConnectionText withUser(ConnectionText connection) {
    String user = variable("USER");
    String password = variable("PASSWORD");
    if (user.isEmpty() || connection.hasUser()) {
      return connection;
    }
    int colon = user.indexOf(':');
    if (password.isEmpty() && colon >= 0) {
      password = user.substring(colon + 1);
      user = user.substring(0, colon);
    }
    return with(connection.with("user", user), "password", password);
  }
}
