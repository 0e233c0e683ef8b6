package io.etcdregistry;

import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.spi.Time;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
   * Finds one instance, as {@link ServiceView#pick()} of {@link #service(String)} does: one that is
   * {@code up}; if there is none, one that is {@code draining}.
   *
   * <p>The first call for a name waits for its first load; from then on it answers from memory.
   *
   * @param name the service's name
   * @return an instance, or empty if etcd says that none fits
   * @throws RegistryException {@code INVALID} if it cannot be a name; else if etcd did not answer
   *     the first load within the operation timeout
   */
  Optional<Instance> lookup(String name);

  /**
   * Lists all instances of a name, whatever their status. Waits as {@link #lookup} does.
   *
   * @param name the service's name
   * @return an unmodifiable list, ordered by key
   * @throws RegistryException {@code INVALID} if it cannot be a name; else if etcd did not answer
   *     the first load within the operation timeout
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
   * The names of the namespace's services, each with how many instances it has, whatever their
   * status. Waits as {@link #lookup} does, and from then on follows the whole namespace for as long
   * as it is asked for, as {@link #list()} does.
   *
   * @return an unmodifiable map, ordered by name
   * @throws RegistryException if etcd did not answer the first load within the operation timeout
   */
  SortedMap<String, Integer> services();

  /**
   * The live view of a name, which chooses {@linkplain ViewOptions#random() at random}. Never
   * blocks.
   *
   * @param name the service's name
   * @return the view; the same content however often it is asked for
   * @throws RegistryException {@code INVALID} if it cannot be a name, see {@link Instance#named}
   */
  ServiceView service(String name);

  /**
   * The live view of a name, choosing in another way than at random. Never blocks. Views of a name
   * share what they show, but each has its own idea of load and health: keep it rather than ask
   * again. As long as one is reachable, equal options give the same.
   *
   * @param name the service's name
   * @param options how it chooses
   * @return the view
   * @throws RegistryException {@code INVALID} if it cannot be a name, see {@link Instance#named}
   */
  ServiceView service(String name, ViewOptions options);

  /**
   * The live view of the whole namespace, for tools: it costs what the namespace holds. Never
   * blocks.
   *
   * @return the view of all instances of all names
   */
  ServiceView all();

  /**
   * Removes a record, whoever owns it: for operators and tools. Guarded by the revision it was read
   * at. An owner that is alive puts its record back.
   *
   * @param instance a record as {@link #list} gave it
   * @return whether it was still there as it was read, and is gone now
   * @throws RegistryException if etcd did not confirm within the operation timeout
   */
  boolean evict(Instance instance);

  /**
   * Says something of an instance that wins over what it says of itself, for operators and tools:
   * it is to be {@code draining} or {@code down}, or to have another weight. Whoever reads the
   * instance goes by it, its owner included, until it is {@linkplain #liftOverride lifted} or its
   * time is over, also when the instance restarts: it stands in etcd apart from the record, under
   * the same name and id. Replaces what was said before. Returns when it is committed.
   *
   * @param name the service's name
   * @param id the {@linkplain Instance#id() id} of the instance, which need not be there
   * @param wish sets what to say: {@code status}, {@code weight}, or both, and for people {@code
   *     author}, {@code reason} or any other field
   * @param lasting how long it is to last: whole seconds up to 366 days, of which etcd makes its
   *     shortest lease if they are fewer; zero for until it is lifted
   * @throws RegistryException {@code INVALID} or {@code TOO_LARGE} if it cannot be said; else if
   *     etcd did not confirm within the operation timeout, and it may be written all the same
   */
  void override(String name, String id, Consumer<Instance.Builder> wish, Duration lasting);

  /**
   * Takes back what was said of an instance by {@link #override}. Returns when that is committed.
   *
   * @param name the service's name
   * @param id the id of the instance
   * @return whether there was anything
   * @throws RegistryException as {@link #override}
   */
  boolean liftOverride(String name, String id);

  /**
   * What operators say of the instances of a name, those included that are not there. Waits as
   * {@link #lookup} does.
   *
   * @param name the service's name
   * @return by id, what {@link Instance#override()} gives; unmodifiable
   * @throws RegistryException as {@link #list(String)}
   */
  SortedMap<String, Map<String, @Nullable Object>> overrides(String name);

  /**
   * The same verbs as futures.
   *
   * @return an asynchronous face of this registry
   */
  AsyncRegistry async();

  /**
   * What this registry has done so far and how it stands, for metrics. Never blocks; works after
   * {@link #close()}, too.
   *
   * @return numbers as they are now
   */
  RegistryStats stats();

  /**
   * Leaves with everything, within the operation timeout, and ends every thread, stream and lease.
   * Never throws; idempotent; may be called from a listener.
   */
  @Override
  void close();

  /**
   * What a registry is made from. Each setter checks its value at once. Not thread-safe; what
   * {@link #build()} gives does not change any more.
   */
  final class Builder {
    private static final Duration MIN_TIMEOUT = Duration.ofMillis(100);
    private static final Duration MAX_TIMEOUT = Duration.ofMinutes(10);

    String connection = "127.0.0.1";
    Optional<Duration> ttl = Optional.empty();
    Optional<Duration> timeout = Optional.empty();
    Optional<String> hostname = Optional.empty();
    Optional<Time> time = Optional.empty();
    List<RegistryObserver> observers = List.of();
    boolean lossGuard = true;
    Optional<Path> cacheDirectory = Optional.empty();
    Duration cacheMaxAge = Duration.ZERO;
    boolean shutdownHook;

    Builder() {}

    Builder(Builder other) {
      connection = other.connection;
      ttl = other.ttl;
      timeout = other.timeout;
      hostname = other.hostname;
      time = other.time;
      observers = other.observers;
      lossGuard = other.lossGuard;
      cacheDirectory = other.cacheDirectory;
      cacheMaxAge = other.cacheMaxAge;
      shutdownHook = other.shutdownHook;
    }

    /**
     * Which etcd, and how.
     *
     * @param connection see {@link Registry#connect(String)}; default {@code 127.0.0.1}
     * @return this
     */
    public Builder connection(String connection) {
      this.connection = Objects.requireNonNull(connection, "connection");
      return this;
    }

    /**
     * The TTL of joins that name none; overrides the connection string's {@code ttl}.
     *
     * @param ttl whole seconds from {@link JoinOptions#MIN_TTL} to {@link JoinOptions#MAX_TTL};
     *     default 10 s
     * @return this
     * @throws RegistryException {@code INVALID} if the TTL is out of range or not in whole seconds
     */
    public Builder ttl(Duration ttl) {
      this.ttl = Optional.of(JoinOptions.checkTtl(ttl));
      return this;
    }

    /**
     * How long a verb may wait for etcd; overrides the connection string's {@code timeout}.
     *
     * @param timeout from 100 ms to 10 min; default 5 s
     * @return this
     * @throws RegistryException {@code INVALID} if the timeout is out of range
     */
    public Builder timeout(Duration timeout) {
      if (timeout.compareTo(MIN_TIMEOUT) < 0 || timeout.compareTo(MAX_TIMEOUT) > 0) {
        throw new RegistryException(
            Reason.INVALID,
            "timeout: " + timeout + " (expected: " + MIN_TIMEOUT + " to " + MAX_TIMEOUT + ")");
      }
      this.timeout = Optional.of(timeout);
      return this;
    }

    /**
     * The hostname of instances that name none; overrides the connection string's {@code hostname}.
     *
     * @param hostname a name or an address that others can reach this machine by
     * @return this
     * @throws RegistryException {@code INVALID} if it is neither a DNS name in ASCII nor an IP
     *     address without a zone
     */
    public Builder hostname(String hostname) {
      this.hostname = Optional.of(Fields.checkHostname(hostname));
      return this;
    }

    /**
     * Whether the registry closes itself when the JVM stops, so that its records are gone at once.
     *
     * @param close default {@code false}
     * @return this
     */
    public Builder shutdownHook(boolean close) {
      this.shutdownHook = close;
      return this;
    }

    /**
     * Whether views keep most of a fleet that vanishes at once for a while. An instance that leaves
     * says {@code draining} first; when more than half of at least five vanish without within one
     * TTL, it is more likely that etcd lost them than that they died. They leave {@code
     * instances()} at once and stay in {@link Snapshot#suspects()} for two TTLs at most. A delete
     * by hand, as by {@code etcdctl del}, counts as a loss.
     *
     * @param guard default {@code true}; {@code false} takes every loss at its word
     * @return this
     */
    public Builder lossGuard(boolean guard) {
      this.lossGuard = guard;
      return this;
    }

    /**
     * Keeps what views show on disk, so that a process that starts while etcd is away has something
     * to go on. It is shown at once as {@link Snapshot.Freshness#DISK}; {@code lookup} and {@code
     * list} answer from it when etcd has failed to. It is saved 5 s after a change, and at the end
     * if the process lives on for that moment, a file for each view, readable for this user only
     * where the file system knows users. A file that is damaged, of another namespace or too old is
     * ignored with a warning, and so is a directory that cannot be written.
     *
     * @param directory its place, made when something is saved. One for each application: of two
     *     with the same the last to save counts
     * @param maxAge what is older is ignored; more than zero
     * @return this
     * @throws RegistryException {@code INVALID} if the age is zero or less
     */
    public Builder cache(Path directory, Duration maxAge) {
      if (maxAge.isZero() || maxAge.isNegative()) {
        throw new RegistryException(
            Reason.INVALID, "maxAge: " + maxAge + " (expected: more than zero)");
      }
      this.cacheDirectory = Optional.of(directory);
      this.cacheMaxAge = maxAge;
      return this;
    }

    /**
     * Adds an observer of what the registry goes through. There may be several; each is told at its
     * own pace.
     *
     * @param observer whom to tell
     * @return this
     */
    public Builder observer(RegistryObserver observer) {
      List<RegistryObserver> all = new ArrayList<>(observers);
      all.add(Objects.requireNonNull(observer, "observer"));
      observers = List.copyOf(all);
      return this;
    }

    /**
     * Another clock, for tests. The caller owns it.
     *
     * @param time whose clock counts, instead of the machine's
     * @return this
     */
    public Builder time(Time time) {
      this.time = Optional.of(time);
      return this;
    }

    /**
     * Makes the registry. Reads the files that the connection string names; does no network I/O.
     *
     * @return a registry to be closed by the caller
     * @throws RegistryException {@code INVALID} with the part that is wrong and what was expected
     */
    public Registry build() {
      return Wiring.open(new Builder(this));
    }
  }
}
