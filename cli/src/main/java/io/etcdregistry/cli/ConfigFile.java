package io.etcdregistry.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The user's own file: lines of {@code name = value} with {@code etcd}, the connection, and options
 * of the connection, as it names them. Empty lines and those that begin with {@code #} say nothing.
 * Files are named from the folder of this one on, or from {@code ~/}.
 *
 * @param path where it is or would be; empty if nothing says where
 * @param values what it says; empty if it is not there
 */
record ConfigFile(Optional<Path> path, Map<String, String> values) {
  /** The connection itself. */
  static final String ETCD = "etcd";

  /** What names a file. */
  private static final Set<String> FILES = Set.of("passwordFile", "ca", "cert", "key");

  private static final List<String> OPTIONS =
      List.of(
          "user",
          "passwordFile",
          "ca",
          "cert",
          "key",
          "ttl",
          "timeout",
          "refresh",
          "zone",
          "hostname",
          "interface",
          "cidr",
          "insecure");

  ConfigFile {
    values = Map.copyOf(values);
  }

  /** The file of the user whose environment this is. */
  static ConfigFile of(Map<String, String> environment) {
    String home = environment.getOrDefault("HOME", "");
    String folder = environment.getOrDefault("XDG_CONFIG_HOME", "");
    // The specification of that variable has relative paths ignored.
    String base = folder.startsWith("/") ? folder : home.isEmpty() ? "" : home + "/.config";
    if (base.isEmpty()) {
      return new ConfigFile(Optional.empty(), Map.of());
    }
    Path path;
    try {
      path = Path.of(base, Main.NAME, "config");
    } catch (InvalidPathException e) {
      return new ConfigFile(Optional.empty(), Map.of());
    }
    Map<String, String> values = new LinkedHashMap<>(read(path));
    FILES.forEach(
        option -> values.computeIfPresent(option, (same, file) -> found(option, file, path, home)));
    return new ConfigFile(Optional.of(path), values);
  }

  /** Wherever a command is run, a file is the one beside this file, or below the user's home. */
  private static String found(String option, String file, Path config, String home) {
    if (file.startsWith("~/") && !home.isEmpty()) {
      return home + file.substring(1);
    }
    try {
      return config.resolveSibling(file).toString();
    } catch (InvalidPathException e) {
      throw wrong(config + ": " + option + ": no name of a file here: " + e.getReason(), e);
    }
  }

  boolean isThere() {
    return path.isPresent() && Files.exists(path.get());
  }

  /** The options of the connection that it sets. */
  List<String> options() {
    return OPTIONS.stream().filter(values::containsKey).toList();
  }

  private static Map<String, String> read(Path path) {
    List<String> lines;
    try {
      lines = Files.readAllLines(path, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return Map.of();
    } catch (CharacterCodingException e) {
      throw wrong(path + " is not UTF-8: save it as such", e);
    } catch (IOException e) {
      if (!Files.exists(path)) {
        return Map.of();
      }
      throw wrong(path + " cannot be read: " + e.getMessage(), e);
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        add(values, line, path + ", line " + (i + 1));
      }
    }
    return values;
  }

  private static void add(Map<String, String> values, String line, String where) {
    int equals = line.indexOf('=');
    if (equals < 0) {
      throw wrong(where + ": no = in it (expected: name = value)", null);
    }
    String name = line.substring(0, equals).strip();
    String value = line.substring(equals + 1).strip();
    if (name.equals("password")) {
      throw wrong(
          where
              + ": password is not taken from this file; write it to another that only you can"
              + " read, and name that with passwordFile",
          null);
    }
    if (!name.equals(ETCD) && !OPTIONS.contains(name)) {
      throw wrong(
          where + ": '" + name + "' (expected: " + ETCD + ", " + String.join(", ", OPTIONS) + ")",
          null);
    }
    if (value.isEmpty()) {
      throw wrong(where + ": " + name + " without a value", null);
    }
    if (values.putIfAbsent(name, value) != null) {
      throw wrong(where + ": " + name + " for the second time", null);
    }
  }

  private static CommandException wrong(
      String sentence, @org.jspecify.annotations.Nullable Exception cause) {
    return cause == null
        ? new CommandException(ExitCode.USAGE, sentence)
        : new CommandException(ExitCode.USAGE, sentence, cause);
  }
}
