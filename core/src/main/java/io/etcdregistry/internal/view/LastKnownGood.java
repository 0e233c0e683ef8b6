package io.etcdregistry.internal.view;

import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.time.SerialExecutor;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Keeps what one view shows on disk, for the next start. Nothing that is wrong with the disk is
 * more than a warning, and a disk that hangs holds up nothing but this: it has a context of its own
 * where threads may block. Thread-safe.
 */
final class LastKnownGood {
  /** Changes within this are saved together. */
  private static final Duration DELAY = Duration.ofSeconds(5);

  private final String service;
  private final Archive archive;
  private final Environment env;
  private final Executor context;
  private final Supplier<Archive.Kept> shown;
  private final AtomicBoolean pending = new AtomicBoolean();

  /**
   * What is on disk of one view.
   *
   * @param service the view's name
   * @param archive where it is
   * @param env what the parts of the client share
   * @param shown what the view shows
   */
  LastKnownGood(String service, Archive archive, Environment env, Supplier<Archive.Kept> shown) {
    this.service = service;
    this.archive = archive;
    this.env = env;
    this.context = new SerialExecutor(env.callbacks());
    this.shown = shown;
  }

  /** Hands over what an earlier run kept, if it can be used. */
  void read(Consumer<Archive.Stored> then) {
    context.execute(
        () -> {
          try {
            archive.read(service, env.time().now()).ifPresent(then);
          } catch (IOException | RuntimeException e) {
            warn("Ignored what was kept of " + described() + ": ", e);
          }
        });
  }

  /** The view shows something else: it is saved soon. */
  void changed() {
    if (pending.compareAndSet(false, true)) {
      var unused = env.time().schedule(DELAY, this::save);
    }
  }

  /** Saves what is not saved yet. */
  void save() {
    context.execute(
        () -> {
          if (pending.compareAndSet(true, false)) {
            write();
          }
        });
  }

  private void write() {
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
