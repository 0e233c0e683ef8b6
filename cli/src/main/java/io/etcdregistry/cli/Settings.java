package io.etcdregistry.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The connection in force and where each part of it comes from: the command line, before the
 * environment, before the user's file, before what is usual. What a connection string says itself
 * is never overridden; what it leaves open is filled.
 *
 * <p>The file's options belong to the file's etcd: they count only if that is the one, or the file
 * names none. So its user is never sent to another.
 */
final class Settings {
  /** Where etcd is if nobody says otherwise. */
  static final String DEFAULT = "127.0.0.1";

  static final String VARIABLE = "ETCD_REGISTRY";
  static final String PASSWORD_VARIABLE = "ETCD_REGISTRY_PASSWORD";

  private static final String USUAL = "default";
  private static final String PASSWORD = "password";

  private final Map<String, Setting> found = new LinkedHashMap<>();
  private final ConfigFile file;
  private final String origin;
  private ConnectionText connection;

  /**
   * A part of the connection.
   *
   * @param value without secrets
   * @param origin who says so
   */
  record Setting(String name, String value, String origin) {}

  /**
   * @param environment the variables of the process
   * @param given the connection of the command line, empty if it has none
   */
  Settings(Map<String, String> environment, String given) {
    this.file = ConfigFile.of(environment);
    EtcdctlVariables etcdctl = new EtcdctlVariables(environment);
    Map<String, String> choices = new LinkedHashMap<>();
    choices.put("-e", given);
    choices.put(VARIABLE, environment.getOrDefault(VARIABLE, ""));
    choices.put("ETCDCTL_ENDPOINTS", etcdctl.endpoints());
    String ownFile = file.path().map(Object::toString).orElse("");
    choices.put(ownFile, file.values().getOrDefault(ConfigFile.ETCD, ""));
    choices.put(USUAL, DEFAULT);
    origin =
        choices.entrySet().stream()
            .filter(choice -> !choice.getValue().isBlank())
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse(USUAL);
    String text = choices.getOrDefault(origin, DEFAULT);
    connection = ConnectionText.parse(text).withUserAsOption();
    note("etcd", connection.masked(), origin);
    note("namespace", connection.namespace().replaceFirst("^/", ""), origin);
    if (!connection.userInfo().isEmpty()) {
      note("user", connection.user(), origin);
      note(PASSWORD, "***", origin);
    }
    connection.options().forEach(option -> note(option, origin));

    fill(etcdctl::complete, EtcdctlVariables::variableOf);
    boolean own = !file.values().containsKey(ConfigFile.ETCD) || origin.equals(ownFile);
    if (own) {
      fillFromFile(List.of("user"), ownFile);
    }
    String password = environment.getOrDefault(PASSWORD_VARIABLE, "");
    if (!password.isEmpty() && needsPassword(connection)) {
      fill(open -> open.with(PASSWORD, password), option -> PASSWORD_VARIABLE);
    }
    if (own) {
      fillFromFile(file.options(), ownFile);
    }
  }

  private void fillFromFile(List<String> options, String ownFile) {
    for (String option : options) {
      boolean tls = option.equals("ca") || option.equals("cert") || option.equals("key");
      boolean open =
          switch (option) {
            case "user" -> !connection.hasUser();
            case "passwordFile" -> needsPassword(connection);
            default -> !connection.hasOption(option) && (!tls || connection.isHttps());
          };
      String value = file.values().get(option);
      if (open && value != null) {
        fill(text -> text.with(option, value), name -> ownFile);
      }
    }
  }

  private void fill(UnaryOperator<ConnectionText> by, UnaryOperator<String> origins) {
    List<String> before = connection.options();
    connection = by.apply(connection);
    List<String> added = new ArrayList<>(connection.options());
    added.removeAll(before);
    added.forEach(option -> note(option, origins.apply(ConnectionText.name(option))));
  }

  private void note(String option, String by) {
    note(ConnectionText.name(option), ConnectionText.value(option), by);
  }

  private void note(String name, String value, String by) {
    if (!value.isEmpty()) {
      found.putIfAbsent(name, new Setting(name, name.equals(PASSWORD) ? "***" : value, by));
    }
  }

  /** The connection; may hold a secret, and may lack the password of its user. */
  ConnectionText connection() {
    return connection;
  }

  /** Who says which etcd it is. */
  String origin() {
    return origin;
  }

  /** The user's own file. */
  ConfigFile file() {
    return file;
  }

  /** Whether a user is named and nothing proves who that is. */
  static boolean needsPassword(ConnectionText connection) {
    return connection.hasUser()
        && connection.encodedPassword().isEmpty()
        && !connection.hasOption("passwordFile");
  }

  /** Everything that is set, and what is usual where nothing is. */
  List<Setting> all() {
    Map<String, Setting> all = new LinkedHashMap<>(found);
    Map<String, String> usual = new LinkedHashMap<>();
    usual.put("ttl", "10s");
    usual.put("timeout", "5s");
    usual.put("refresh", "5m");
    usual.forEach((name, value) -> all.putIfAbsent(name, new Setting(name, value, USUAL)));
    return List.copyOf(all.values());
  }
}
