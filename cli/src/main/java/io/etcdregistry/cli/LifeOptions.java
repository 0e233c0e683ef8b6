package io.etcdregistry.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** From when to when an instance is joined, and its command run: the mixin of {@code join}. */
final class LifeOptions {
  static final String TCP = "tcp";

  @Option(
      names = "--check",
      paramLabel = "CHECK",
      description =
          "The check that it must pass to be joined, and that is then repeated: tcp (it listens),"
              + " http:/PATH (a GET is answered with a status below 400) or none. Default: tcp"
              + " with a COMMAND, else none.")
  @Nullable String check;

  @Option(
      names = "--ready-timeout",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "How long it may take to pass the check. Default: 60s.")
  Duration readyTimeout = Duration.ofSeconds(60);

  @Option(
      names = {"-w", "--wait"},
      paramLabel = "DURATION",
      converter = MillisConverter.class,
      description = "After SIGTERM, how long the record says draining. Default: 2s.")
  Duration wait = Duration.ofSeconds(2);

  @Option(
      names = {"-s", "--slack"},
      paramLabel = "DURATION",
      converter = MillisConverter.class,
      description = "After --wait, how long to live on for calls still under way. Default: 5s.")
  Duration slack = Duration.ofSeconds(5);

  @Option(
      names = "--restart",
      description =
          "Run the COMMAND again when it ends, after 1s at first, then 2s, 4s, ... up to 1m.")
  boolean restart;

  @Option(
      names = "--with-me",
      description =
          "The COMMAND gets SIGTERM, and after --slack SIGKILL, even if this process is killed.")
  boolean withMe;

  @Option(
      names = "--fail-on-loss",
      description =
          "End, with code 7, when the record may be lost: its lease ended or could not be renewed"
              + " for a TTL, or another took its key. Without it, the record is put back as soon"
              + " as etcd allows.")
  boolean failOnLoss;

  Hold.Times times() {
    return new Hold.Times(wait, slack);
  }

  /** The check asked for. */
  Optional<String> check() {
    return Optional.ofNullable(check);
  }

  /** The options given that say something of a command only. */
  List<String> commandOnly() {
    List<String> given = new ArrayList<>();
    if (restart) {
      given.add("--restart");
    }
    if (withMe) {
      given.add("--with-me");
    }
    return given;
  }
}
