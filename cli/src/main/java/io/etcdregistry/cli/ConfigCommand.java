package io.etcdregistry.cli;

import com.google.gson.stream.JsonWriter;
import io.etcdregistry.Registry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows which settings are in force, and who says so. */
@Command(
    name = "config",
    header = "Show which settings are in force, and where each comes from.",
    description = {
      "The command line wins over the environment, the environment over the file"
          + " ~/.config/etcd-registry/config (or in XDG_CONFIG_HOME), the file over the defaults."
          + " Passwords are not shown. Talks to no etcd, but exits with 2 if the settings cannot"
          + " be used.",
      "",
      "The file has lines of name = value: etcd, the connection, and its options by their names,"
          + " but no password, only a passwordFile. Paths in it are relative to its own folder,"
          + " or to ~/. Its options count only for the etcd that it names. For a user without a"
          + " password, ETCD_REGISTRY_PASSWORD is taken, or it is asked for at the terminal."
    },
    customSynopsis = Main.NAME + " config show [OPTIONS]",
    descriptionHeading = "%n",
    parameterListHeading = "%n",
    footer = {
      "",
      "Examples:",
      "  etcd-registry config show",
      "  etcd-registry config show -e https://joe@etcd1/prod -o json"
    })
final class ConfigCommand extends EtcdCommand {
  private static final String GAP = "   ";

  @Parameters(paramLabel = "show", description = "What to do: only 'show' exists.")
  String action = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table or json. Default: table.")
  String output = "table";

  ConfigCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    if (!action.equals("show")) {
      throw new CommandException(ExitCode.USAGE, "'" + action + "' (expected: show)");
    }
    Settings settings = connection.settings();
    switch (output) {
      case "table" -> table(settings);
      case "json" -> console.data(json(settings));
      default ->
          throw new CommandException(
              ExitCode.USAGE, "-o: '" + output + "' (expected: table or json)");
    }
    ConnectionText text = settings.connection();
    boolean asked = Settings.needsPassword(text);
    // Says what is wrong with it, if anything is.
    connection.open(Registry.builder(), asked ? text.with("password", "asked for") : text).close();
    return ExitCode.OK.code();
  }

  private void table(Settings settings) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("NAME", "VALUE", "FROM"));
    for (Settings.Setting setting : settings.all()) {
      rows.add(List.of(setting.name(), TerminalText.escape(setting.value()), setting.origin()));
    }
    int name = width(rows, 0);
    int value = width(rows, 1);
    for (List<String> row : rows) {
      console.data(pad(row.get(0), name) + GAP + pad(row.get(1), value) + GAP + row.get(2));
    }
    settings
        .file()
        .path()
        .filter(path -> !settings.file().isThere())
        .ifPresent(path -> console.say("there is no file " + path));
  }

  private static int width(List<List<String>> rows, int column) {
    return rows.stream().mapToInt(row -> TerminalText.width(row.get(column))).max().orElse(0);
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(width - TerminalText.width(text));
  }

  private static String json(Settings settings) {
    return RecordJson.object(
        json -> {
          for (Settings.Setting setting : settings.all()) {
            write(json, setting);
          }
        });
  }

  private static void write(JsonWriter json, Settings.Setting setting) throws IOException {
    json.name(setting.name()).beginObject();
    json.name("value").value(setting.value());
    json.name("from").value(setting.origin());
    json.endObject();
  }
}
