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
 *
 * <p>What it {@linkplain #pick chooses} follows its {@link ViewOptions}; its snapshots and changes
 * are of the whole service.
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
   * Chooses one instance among those that are {@code up}; if there is none, among those that are
   * {@code draining}: by the view's {@linkplain ViewOptions options}. Takes no lock and allocates
   * nothing.
   *
   * @return the choice, or empty if none fits
   */
  Optional<Instance> pick();

  /**
   * Chooses the instance that a key belongs to: the same for the same key as long as it is there,
   * for every client (a sticky choice, by rendezvous hashing). If one of N instances goes, its keys
   * go to all others alike, and no other key moves. Of the view's options the filter, subset, slow
   * start and ejection count, and the weights. Takes time in proportion to the number of instances;
   * takes no lock and allocates nothing but for the first time after a change.
   *
   * @param key what is to be kept together, as a user's or a session's id
   * @return the choice, or empty if none fits
   */
  Optional<Instance> pick(String key);

  /**
   * Chooses as {@link #pick()} does, and begins a call, whose end is to be told:
   *
   * <pre>{@code
   * try (Call call = orders.begin().orElseThrow()) {
   *   if (send(call.instance()).status() < 500) {
   *     call.succeeded();
   *   } else {
   *     call.failed("an error of the server's");
   *   }
   * }
   * }</pre>
   *
   * <p>An instance whose calls fail is left out for a time, see {@link ViewOptions#ejection}; one
   * call is then sent there to try it.
   *
   * @return the call, which MUST be ended, or empty if no instance fits
   */
  Optional<Call> begin();

  /**
   * Chooses as {@link #pick(String)} does, and begins a call, whose end is to be told.
   *
   * @param key what is to be kept together
   * @return the call, which MUST be ended, or empty if no instance fits
   */
  Optional<Call> begin(String key);

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
   * Waits until enough instances are {@code up} and pass the view's filter.
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
