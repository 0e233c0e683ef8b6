package io.etcdregistry;

import java.util.List;
import java.util.Optional;

/**
 * A client of the service registry that lives in etcd.
 *
 * <p>Services {@linkplain #join join}, callers {@linkplain #lookup look up}. A registry holds one
 * lease per distinct TTL, one keepalive stream and one watch stream, however many services it joins
 * or reads; make one per process. All its threads are daemons. Thread-safe.
 *
 * <p>Every verb throws {@link RegistryException} with {@code CLOSED} after {@link #close()}, and
 * with {@code INTERRUPTED} if the thread is interrupted while it waits.
 */
public interface Registry extends AutoCloseable {
  /**
   * Makes a registry from a connection string alone. Validates it and reads the files it names;
   * does no network I/O.
   *
   * @param connection {@code
   *     [protocol://][user:password@]host[:port][,host[:port]…][/namespace][?option=value&…]}
   * @return a registry to be closed by the caller
   * @throws RegistryException {@code INVALID} with the part that is wrong and what was expected
   */
  static Registry connect(String connection) {
    return builder().connection(connection).build();
  }

  /**
   * Begins a registry.
   *
   * @return a builder with every default
   */
  static Builder builder() {
    return new Builder();
  }

  /**
   * Begins a registry like this one.
   *
   * @return a builder that holds this registry's settings
   */
  Builder newBuilder();

  /**
   * Joins with the default options.
   *
   * @param instance what to join, see {@link #join(Instance.Builder, JoinOptions)}
   * @return the handle of the registration
   */
  default Registration join(Instance.Builder instance) {
    return join(instance, JoinOptions.defaults());
  }

  /**
   * Joins: writes the instance's record to etcd and keeps it there. Takes the key over if another
   * owner holds it: the latest join wins. Returns when the record is committed.
   *
   * @param instance what to join; {@code hostname}, {@code host} and {@code url} are added where
   *     missing
   * @param options how to keep it
   * @return the handle of the registration
   * @throws RegistryException {@code INVALID} or {@code TOO_LARGE} if the instance is; {@code
   *     UNREACHABLE}, {@code TIMED_OUT} or {@code DENIED} if it could not be committed within the
   *     operation timeout: whatever may have been written is then undone
   */
  Registration join(Instance.Builder instance, JoinOptions options);

  /**
   * Announces with the default options.
   *
   * @param instance what to join, see {@link #announce(Instance.Builder, JoinOptions)}
   * @return the handle of the registration
   */
  default Registration announce(Instance.Builder instance) {
    return announce(instance, JoinOptions.defaults());
  }

  /**
   * Joins without waiting: returns at once and goes on trying for ever, also while etcd is away.
   *
   * @param instance what to join
   * @param options how to keep it
   * @return the handle of the registration
   * @throws RegistryException {@code INVALID} or {@code TOO_LARGE} if the instance is
   */
  Registration announce(Instance.Builder instance, JoinOptions options);

  /**
   * Leaves with every instance of a name that this registry joined. Returns when the deletes are
   * committed; a name that was never joined is no error.
   *
   * @param name the service's name
   * @throws RegistryException if etcd did not confirm within the operation timeout; the registry
   *     goes on deleting until it does
   */
  void leave(String name);

  /**
   * Leaves with everything that this registry joined.
   *
   * @throws RegistryException as {@link #leave(String)}
   */
  void leave();

  /**
   * Finds one instance: any that is {@code up}; if there is none, any that is {@code draining}.
   *
   * <p>The first call for a name waits for its first load; from then on it answers from memory.
   *
   * @param name the service's name
   * @return an instance, or empty if etcd says that none fits
   * @throws RegistryException if etcd did not answer the first load within the operation timeout
   */
  Optional<Instance> lookup(String name);

  /**
   * Lists all instances of a name, whatever their status. Waits as {@link #lookup} does.
   *
   * @param name the service's name
   * @return an unmodifiable list, ordered by key
   * @throws RegistryException if etcd did not answer the first load within the operation timeout
   */
  List<Instance> list(String name);

  /**
   * Lists all instances of the namespace, whatever their name and status. Waits as {@link #lookup}
   * does.
   *
   * @return an unmodifiable list, ordered by key
   * @throws RegistryException if etcd did not answer the first load within the operation timeout
   */
  List<Instance> list();

  /**
   * The live view of a name. Never blocks.
   *
   * @param name the service's name
   * @return the view; the same content however often it is asked for
   * @throws RegistryException {@code INVALID} if the name is empty
   */
  ServiceView service(String name);

  /**
   * The live view of the whole namespace, for tools: it costs what the namespace holds. Never
   * blocks.
   *
   * @return the view of all instances of all names
   */
  ServiceView all();

  /**
   * The same verbs as futures.
   *
   * @return an asynchronous face of this registry
   */
  AsyncRegistry async();

  /**
   * Leaves with everything, within the operation timeout, and ends every thread, stream and lease.
   * Never throws; idempotent; may be called from a listener.
   */
  @Override
  void close();
}
