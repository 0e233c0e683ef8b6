package io.etcdregistry.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes the manual pages, from what {@code --help} says: for those who package this. */
@Command(name = "manual", hidden = true)
final class ManualCommand implements Callable<Integer> {
  private static final String EXAMPLES = "Examples:";

  @Spec @Nullable CommandSpec spec;

  @Parameters(paramLabel = "FOLDER")
  Path folder = Path.of("");

  /** It says nothing. */
  ManualCommand(Console unused) {}

  @Override
  public Integer call() {
    CommandLine root = Objects.requireNonNull(spec).root().commandLine();
    try {
      Files.createDirectories(folder);
      write(Main.NAME, page(root.getCommandSpec(), Main.NAME));
      for (CommandLine command : root.getSubcommands().values()) {
        if (!command.getCommandSpec().usageMessage().hidden()) {
          String name = Main.NAME + "-" + command.getCommandName();
          write(name, page(command.getCommandSpec(), name));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ExitCode.OK.code();
  }

  private void write(String name, String page) throws IOException {
    Files.writeString(folder.resolve(name + ".1"), page, StandardCharsets.UTF_8);
  }

  /** One page in roff. */
  static String page(CommandSpec command, String name) {
    StringBuilder page = new StringBuilder();
    CommandLine.Model.UsageMessageSpec usage = command.usageMessage();
    boolean root = name.equals(Main.NAME);
    String purpose = root ? "service discovery on etcd" : String.join(" ", usage.header());
    page.append(".TH ").append(escape(name.toUpperCase(Locale.ROOT))).append(" 1\n");
    page.append(".SH NAME\n")
        .append(escape(name))
        .append(" \\- ")
        .append(escape(purpose.replaceFirst("\\.$", "")))
        .append('\n');
    page.append(".SH SYNOPSIS\n").append(escape(text(usage.customSynopsis()))).append('\n');
    page.append(".SH DESCRIPTION\n");
    for (String paragraph : usage.description()) {
      page.append(paragraph.isEmpty() ? ".PP\n" : line(paragraph));
    }
    if (root) {
      page.append(".SH COMMANDS\n");
      command.subcommands().values().stream()
          .map(CommandLine::getCommandSpec)
          .filter(sub -> !sub.usageMessage().hidden())
          .forEach(sub -> item(page, sub.name(), sub.usageMessage().header()));
    }
    page.append(".SH OPTIONS\n");
    for (PositionalParamSpec parameter : command.positionalParameters()) {
      if (!parameter.hidden()) {
        item(page, parameter.paramLabel(), parameter.description());
      }
    }
    for (OptionSpec option : command.options()) {
      if (!option.hidden()) {
        String value = option.arity().max() > 0 ? " " + option.paramLabel() : "";
        item(page, String.join(", ", option.names()) + value, option.description());
      }
    }
    footer(page, List.of(usage.footer()));
    return page.toString();
  }

  /** What stands below the options: paragraphs, examples, tables of words. */
  private static void footer(StringBuilder page, List<String> lines) {
    if (lines.isEmpty()) {
      return;
    }
    page.append(".SH NOTES\n.nf\n");
    for (String text : lines) {
      if (text.equals(EXAMPLES)) {
        page.append(".fi\n.SH EXAMPLES\n.nf\n");
      } else {
        page.append(text.isEmpty() ? "\n" : line(text));
      }
    }
    page.append(".fi\n");
  }

  private static void item(StringBuilder page, String term, String[] description) {
    page.append(".TP\n.B ").append(escape(term)).append('\n');
    Arrays.stream(description).forEach(each -> page.append(line(each)));
  }

  private static String line(String text) {
    return escape(text(text)) + "\n";
  }

  /** picocli takes its texts for formats. */
  private static String text(String... format) {
    return String.join(" ", format).replace("%%", "%").replace("%n", "\n");
  }

  private static String escape(String text) {
    String escaped = text.replace("\\", "\\e").replace("-", "\\-");
    return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
  }
}
