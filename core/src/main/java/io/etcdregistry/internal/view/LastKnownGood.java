package io.etcdregistry.internal.view;

import io.etcdregistry.internal.store.Environment;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Keeps what one view shows on disk, for the next start. Nothing that is wrong with the disk is
 * more than a warning. In the view's serial context, which may block.
 */
final class LastKnownGood {
  /** Changes within this are saved together. */
  private static final Duration DELAY = Duration.ofSeconds(5);

  private final String service;
  private final Archive archive;
  private final Environment env;
  private final Executor context;
  private final Supplier<Archive.Kept> shown;
  private boolean pending;

  /**
   * What is on disk of one view.
   *
   * @param service the view's name
   * @param archive where it is
   * @param env what the parts of the client share
   * @param context the view's
   * @param shown what the view shows now
   */
  LastKnownGood(
      String service,
      Archive archive,
      Environment env,
      Executor context,
      Supplier<Archive.Kept> shown) {
    this.service = service;
    this.archive = archive;
    this.env = env;
    this.context = context;
    this.shown = shown;
  }

  Optional<Archive.Stored> read() {
    try {
      return archive.read(service, env.time().now());
    } catch (IOException | RuntimeException e) {
      warn("Ignored what was kept of " + described() + ": ", e);
      return Optional.empty();
    }
  }

  /** The view shows something else: it is saved soon. */
  void changed() {
    if (!pending) {
      pending = true;
      var unused = env.time().schedule(DELAY, () -> context.execute(this::save));
    }
  }

  /** Saves at once what is not saved yet. */
  void save() {
    if (!pending) {
      return;
    }
    pending = false;
    try {
      archive.write(shown.get(), env.time().now());
    } catch (IOException | RuntimeException e) {
      warn("Could not keep " + described() + ": ", e);
    }
  }

  private String described() {
    Path file = archive.file(service);
    return (service.isEmpty() ? "all services" : "\"" + service + "\"") + " at " + file;
  }

  private void warn(String what, Exception why) {
    env.telemetry().note("disk " + service, Level.WARNING, what + why.getMessage());
  }
}
