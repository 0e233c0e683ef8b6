package io.etcdregistry.cli;

import io.etcdregistry.Instance;
import io.etcdregistry.Registry;
import io.etcdregistry.ServiceView;
import io.etcdregistry.Snapshot.Freshness;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Follows a service, or all, until the process is stopped or the reader fails. */
final class Watch {
  /** How often to see whether etcd is still followed. */
  private static final long FRESHNESS_MILLIS = 500;

  private final Console console;
  private final @Nullable String name;
  private final Predicate<Instance> wanted;

  /**
   * @param name the service; null for all
   */
  Watch(Console console, @Nullable String name, Predicate<Instance> wanted) {
    this.console = console;
    this.name = name;
    this.wanted = wanted;
  }

  /** Receives events, one call at a time; while it works, changes are taken together. */
  @FunctionalInterface
  interface Reader {
    void read(List<Event> events);
  }

  ExitCode run(ConnectionOptions connection, Reader reader) {
    try (Registry registry = connection.open()) {
      // The blocking verbs know how to say that etcd did not answer; then there is nothing to
      // watch.
      List<Instance> unused = name == null ? registry.list() : registry.list(name);
      Logging.release();
      ServiceView view = name == null ? registry.all() : registry.service(name);
      EventLog log = new EventLog(wanted);
      CompletableFuture<Void> failure = new CompletableFuture<>();
      ServiceView.Subscription subscription =
          view.onChange(
              change -> {
                try {
                  List<Event> events = log.events(change);
                  if (!events.isEmpty() && !failure.isDone()) {
                    reader.read(events);
                  }
                } catch (RuntimeException | Error e) {
                  failure.completeExceptionally(e);
                }
              });
      try {
        return await(view, failure);
      } finally {
        subscription.close();
      }
    }
  }

  private ExitCode await(ServiceView view, CompletableFuture<Void> failure) {
    boolean followed = true;
    while (true) {
      try {
        failure.get(FRESHNESS_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        boolean now = view.snapshot().freshness() != Freshness.STALE;
        if (now != followed) {
          followed = now;
          console.say(
              followed
                  ? "etcd can be followed again"
                  : "etcd cannot be followed at present: this is the last known state; trying on");
        }
      } catch (InterruptedException e) {
        return ExitCode.INTERRUPTED;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        throw new IllegalStateException(e.getCause());
      }
    }
  }
}
