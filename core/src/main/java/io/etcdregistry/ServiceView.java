package io.etcdregistry;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The live view of one service: a list that etcd keeps current by pushing changes.
 *
 * <p>Reading never blocks and never fails for etcd's sake; losing etcd leaves the last known good,
 * marked {@link Snapshot.Freshness#STALE}. It lives while it is reachable or listened to.
 * Thread-safe.
 */
public interface ServiceView {
  /**
   * The name this is about.
   *
   * @return the service's name; empty for the view of a whole namespace
   */
  String service();

  /**
   * What is known now.
   *
   * @return the latest snapshot
   */
  Snapshot snapshot();

  /**
   * Chooses one instance: any that is {@code up}; if there is none, any that is {@code draining}.
   * Takes no lock and allocates nothing.
   *
   * @return the choice, or empty if none fits
   */
  Optional<Instance> pick();

  /**
   * How long ago etcd last confirmed what this view shows.
   *
   * @return the age, or empty before the first load
   */
  Optional<Duration> age();

  /**
   * Completes with the first snapshot that etcd gave.
   *
   * @return a copy that the caller cannot complete for others; fails with a {@link
   *     RegistryException} ({@code CLOSED}) if the registry closes before
   */
  CompletableFuture<Snapshot> whenReady();

  /**
   * Waits until enough instances are {@code up}.
   *
   * @param count how many, from 0
   * @param timeout how long to wait at most
   * @return the first snapshot seen that fits
   * @throws RegistryException {@code TIMED_OUT} with what was there instead, {@code CLOSED}, {@code
   *     INTERRUPTED}
   */
  Snapshot awaitAvailable(int count, Duration timeout);

  /**
   * Listens. The first call delivers what is known, once loaded, as added; later ones what changed,
   * with rising versions, one at a time on a thread of the registry's. A listener may block; one
   * that throws is logged and kept.
   *
   * @param listener what to call
   * @return a handle that ends the listening
   */
  Subscription onChange(Consumer<Change> listener);

  /** A listener's place in a view. Thread-safe. */
  interface Subscription extends AutoCloseable {
    /** Ends the listening; a call under way is not waited for. Idempotent. */
    @Override
    void close();
  }
}
