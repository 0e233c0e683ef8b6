package io.etcdregistry;

import io.etcdregistry.Snapshot.Freshness;
import java.time.Duration;

/**
 * Hears what a registry goes through, for metrics, alerts and tests: give one to {@link
 * Registry.Builder#observer}. Every method does nothing unless it is overridden; versions to come
 * may add more.
 *
 * <p>An observer is told once of each change, never of each retry, one call at a time and in the
 * order of what happened, on a thread of the registry's where it may block. It holds up nobody: not
 * the heartbeats, nor the listeners of views, nor another observer. Up to {@value #MOST_WAITING}
 * calls wait for one that is slow; what comes beyond that is dropped, counted ({@link
 * RegistryStats.Counter#EVENTS_DROPPED}) and told as {@link #missed}. One that throws is kept; the
 * first time is logged, all are counted ({@link RegistryStats.Counter#LISTENER_FAILURES}). What is
 * still waiting when the registry has closed is dropped.
 *
 * <p>Whoever only wants numbers needs no observer: see {@link Registry#stats()}.
 */
public interface RegistryObserver {
  /** How many calls wait for a slow observer at most. */
  int MOST_WAITING = 8192;

  /**
   * A registration came to stand elsewhere.
   *
   * @param registration whose; it may have moved on already
   * @param before where it stood, since when and why
   * @param now where it stands, since when and why; always another state than before
   */
  default void registrationChanged(
      Registration registration, Registration.Status before, Registration.Status now) {}

  /**
   * etcd granted a lease: the first, or one in place of a lease that was lost.
   *
   * @param lease its id
   * @param ttl the TTL that etcd granted
   * @param without how long records have been without a lease, since the one before was found lost;
   *     zero for a first lease
   */
  default void leaseGranted(long lease, Duration ttl, Duration without) {}

  /**
   * etcd ended a lease, and deleted the records under it. Another is asked for, and the records are
   * put back.
   *
   * @param lease its id
   * @param ttl its TTL
   * @param why one sentence for a person
   */
  default void leaseLost(long lease, Duration ttl, String why) {}

  /**
   * A record that had vanished from etcd though it is wanted was put back: its lease was lost, or
   * somebody deleted it.
   *
   * @param registration whose record
   * @param absent since the loss was noticed
   */
  default void recordRestored(Registration registration, Duration absent) {}

  /**
   * A view came to be as fresh, or as stale, as it says.
   *
   * @param service the view's name; empty for the view of a whole namespace
   * @param before how far it could be trusted before
   * @param now how far it can be trusted
   * @param unconfirmed how long etcd had not confirmed what the view shows, at the change: how far
   *     it is behind when it goes stale, and was behind when it is live again
   */
  default void freshnessChanged(
      String service, Freshness before, Freshness now, Duration unconfirmed) {}

  /**
   * A view is read anew as a whole, as etcd cannot tell what changed since: its past was compacted,
   * etcd ended the watch, or the cluster was reset. Until then the view shows the last known good.
   *
   * @param service the view's name; empty for the view of a whole namespace
   * @param why one sentence for a person
   */
  default void resyncing(String service, String why) {}

  /**
   * A comparison with etcd found records changed that the watch had never told of. The view is
   * right again; etcd, or what is between, lost events.
   *
   * @param service the view's name; empty for the view of a whole namespace
   * @param records how many records were concerned
   */
  default void mismatchFound(String service, int records) {}

  /**
   * The cluster was found wiped, restored from a backup or exchanged: revisions start again, all
   * leases are taken for lost, everything is read anew and joined again.
   *
   * @param why one sentence for a person
   */
  default void clusterReset(String why) {}

  /**
   * A key under the services holds no record and is skipped; told once, until it is changed.
   *
   * @param key the key; untrusted, it may hold any character
   * @param why one sentence for a person
   */
  default void recordSkipped(String key, String why) {}

  /**
   * A view leaves an instance out because {@linkplain Call#failed calls to it failed}. Told once
   * until it is chosen again.
   *
   * @param service the view's name; empty for the view of a whole namespace
   * @param instance which
   * @param time after which one call tries it
   * @param why one sentence for a person, with a caller's phrase in it
   */
  default void instanceEjected(String service, Instance instance, Duration time, String why) {}

  /**
   * A view that left an instance out chooses it again: a call that tried it succeeded, or too many
   * would have been left out.
   *
   * @param service the view's name; empty for the view of a whole namespace
   * @param instance which
   * @param after how long it was left out
   */
  default void instanceReadmitted(String service, Instance instance, Duration after) {}

  /**
   * An endpoint does not serve: it refuses, hangs, or has no leader. Told once until it recovers.
   *
   * @param endpoint host and port
   * @param why what was seen
   */
  default void endpointFailed(String endpoint, String why) {}

  /**
   * An endpoint that failed serves again.
   *
   * @param endpoint host and port
   * @param after how long it did not
   */
  default void endpointRecovered(String endpoint, Duration after) {}

  /**
   * The registry turned from an endpoint that failed to another.
   *
   * @param from host and port of the one that was used
   * @param to host and port of the one that is
   */
  default void failedOver(String from, String to) {}

  /**
   * No endpoint serves, for some seconds now. Registrations stay wanted and views show the last
   * known good meanwhile.
   *
   * @param why each endpoint with what is wrong with it
   */
  default void outageBegan(String why) {}

  /**
   * An endpoint serves again.
   *
   * @param lasted since the last one failed
   */
  default void outageEnded(Duration lasted) {}

  /**
   * etcd refuses something that this registry needs: the user lacks the right or the login fails,
   * or etcd does not take the request at all. It is tried again at growing intervals up to 30 s.
   * Told once until it is granted.
   *
   * @param what what is refused, as in {@code write services/orders/1}
   * @param why etcd's answer
   */
  default void accessDenied(String what, String why) {}

  /**
   * etcd does what it refused before.
   *
   * @param what as it was told to be denied
   * @param after how long it was refused
   */
  default void accessGranted(String what, Duration after) {}

  /**
   * A verb failed for etcd's sake: its caller was told the same. What the caller alone is to blame
   * for, as an invalid name, is not told here.
   *
   * @param operation {@code join}, {@code update}, {@code leave}, {@code read} or {@code evict}
   * @param failure what the caller got
   */
  default void operationFailed(String operation, RegistryException failure) {}

  /**
   * This observer was too slow: events between the last call and the next were dropped.
   *
   * @param events how many
   */
  default void missed(long events) {}
}
