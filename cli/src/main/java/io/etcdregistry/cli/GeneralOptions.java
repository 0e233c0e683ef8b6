package io.etcdregistry.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** What every command takes; may also stand before the command. */
final class GeneralOptions {
  /** The mixin's name. */
  static final String MIXIN = "general";

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Option(
      names = {"-v", "--verbose"},
      description = "Say on standard error what is going on.")
  boolean verbose;

  @Option(names = "--debug", hidden = true)
  boolean debug;

  /** What was asked of a command or of one around it. */
  static GeneralOptions of(CommandLine command) {
    GeneralOptions together = new GeneralOptions();
    for (CommandLine level = command; level != null; level = level.getParent()) {
      CommandSpec mixin = level.getCommandSpec().mixins().get(MIXIN);
      if (mixin != null && mixin.userObject() instanceof GeneralOptions options) {
        together.verbose |= options.verbose;
        together.debug |= options.debug;
      }
    }
    return together;
  }
}
