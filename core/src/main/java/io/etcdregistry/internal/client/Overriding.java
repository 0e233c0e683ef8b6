package io.etcdregistry.internal.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcdregistry.Instance;
import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.internal.codec.Keys;
import io.etcdregistry.internal.codec.Records;
import io.etcdregistry.internal.store.Commit;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.Header;
import io.etcdregistry.internal.store.KeyValue;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.WatchStream.Event;
import io.etcdregistry.internal.store.Write;
import io.etcdregistry.internal.store.Write.Guard;
import io.etcdregistry.internal.view.Overrides;
import io.etcdregistry.internal.watch.WatchHub;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Writes what an operator says of an instance. Each write is guarded by what was read right before,
 * so that a late or repeated attempt undoes nobody's later wish; if another operator was faster it
 * is tried again.
 */
final class Overriding {
  private static final int ATTEMPTS = 5;
  private static final Duration LONGEST = Duration.ofDays(366);
  private static final byte[] NOTHING = {};

  private final Environment env;
  private final Keys keys;
  private final Records records;
  private final WatchHub hub;
  private final Overrides overrides;

  Overriding(Environment env, Keys keys, Records records, WatchHub hub, Overrides overrides) {
    this.env = env;
    this.keys = keys.overrides();
    this.records = records;
    this.hub = hub;
    this.overrides = overrides;
  }

  /**
   * What is to be there.
   *
   * @param key where
   * @param document empty to have nothing there
   * @param lease what it is to live by, or 0
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Wish(String key, byte[] document, long lease) {
    boolean isLift() {
      return document.length == 0;
    }

    boolean isMetBy(Optional<KeyValue> found) {
      return found
          .filter(pair -> pair.lease() == lease && Arrays.equals(pair.value(), document))
          .isPresent();
    }
  }

  /** Says it, for a time or until it is lifted. */
  CompletableFuture<Boolean> put(
      String name, String id, Consumer<Instance.Builder> wish, Duration lasting) {
    String key = key(name, id);
    boolean whole = lasting.toNanosPart() == 0 && !lasting.isNegative();
    if (!whole || lasting.compareTo(LONGEST) > 0) {
      throw new RegistryException(
          Reason.INVALID,
          "lasting: " + lasting + " (expected: whole seconds up to " + LONGEST + ", or zero)");
    }
    byte[] document = records.override(name, wish).getBytes(UTF_8);
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    if (lasting.isZero()) {
      begin(new Wish(key, document, 0), result);
    } else {
      env.context().execute(() -> lease(key, document, lasting, result));
    }
    return bounded(result, key);
  }

  /** Takes it back; tells whether there was anything. */
  CompletableFuture<Boolean> lift(String name, String id) {
    String key = key(name, id);
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    begin(new Wish(key, NOTHING, 0), result);
    return bounded(result, key);
  }

  private String key(String name, String id) {
    Instance.named(name); // refuses what is no name
    String key = keys.key(name, id);
    if (keys.parse(key).isEmpty()) {
      throw new RegistryException(
          Reason.INVALID, "id: \"" + id + "\" (expected: the id of an instance)");
    }
    return key;
  }

  private CompletableFuture<Boolean> bounded(CompletableFuture<Boolean> result, String key) {
    env.expire(
        result,
        env.timeout(),
        () ->
            new RegistryException(
                Reason.TIMED_OUT,
                "Could not override "
                    + key
                    + " within "
                    + env.timeout().toMillis()
                    + " ms; it may be written all the same"));
    env.telemetry().failing("override", result);
    return result;
  }

  private void lease(
      String key, byte[] document, Duration lasting, CompletableFuture<Boolean> result) {
    long lease = env.entropy().getAsLong() >>> 1 | 1;
    result.whenComplete(
        (done, failure) -> {
          if (failure != null) {
            var unused = env.store().revoke(lease, env.callTimeout()); // and what comes late
          }
        });
    env.store()
        .grant(lease, lasting, env.callTimeout())
        .whenComplete(
            (grant, failure) -> {
              if (failure != null) {
                fail(key, failure, result);
              } else {
                begin(new Wish(key, document, lease), result);
              }
            });
  }

  private void begin(Wish wish, CompletableFuture<Boolean> result) {
    env.context().execute(() -> commit(wish, Write.read(wish.key()), ATTEMPTS, result));
  }

  private void commit(Wish wish, Write write, int attempts, CompletableFuture<Boolean> result) {
    if (result.isDone()) {
      return;
    }
    Consumer<Header> witness = hub.witness();
    env.store()
        .commit(List.of(write), env.callTimeout())
        .whenComplete(
            (commit, failure) ->
                env.context()
                    .execute(
                        () -> {
                          if (failure != null) {
                            fail(wish.key(), failure, result);
                          } else {
                            witness.accept(commit.header());
                            committed(wish, write, commit, attempts, result);
                          }
                        }));
  }

  private void committed(
      Wish wish, Write write, Commit commit, int attempts, CompletableFuture<Boolean> result) {
    Commit.Outcome outcome = commit.outcomes().get(0);
    long revision = commit.header().revision();
    boolean wrote = outcome.applied() && write.action() != Write.Action.READ;
    Optional<KeyValue> found = outcome.found();
    if (wrote || (!wish.isLift() && wish.isMetBy(found))) {
      KeyValue pair =
          wrote
              ? new KeyValue(wish.key(), wish.document(), revision, revision, wish.lease())
              : found.orElseThrow();
      show(new Event(pair, wish.isLift()), result);
    } else if (wish.isLift() && found.isEmpty()) {
      result.complete(write.action() != Write.Action.READ); // an earlier attempt was applied
    } else if (attempts == 0) {
      result.completeExceptionally(
          new RegistryException(
              Reason.TIMED_OUT, wish.key() + " is written by somebody else again and again"));
    } else {
      commit(wish, next(wish, found), attempts - 1, result);
    }
  }

  private static Write next(Wish wish, Optional<KeyValue> found) {
    long revision = found.map(KeyValue::modRevision).orElse(0L);
    if (wish.isLift()) {
      return Write.delete(wish.key(), Guard.REVISION, revision);
    }
    Guard guard = found.isPresent() ? Guard.REVISION : Guard.ABSENT;
    return Write.put(wish.key(), guard, revision, wish.document(), wish.lease());
  }

  private void show(Event event, CompletableFuture<Boolean> result) {
    overrides.wrote(event).thenRun(() -> env.callbacks().execute(() -> result.complete(true)));
  }

  private static void fail(String key, Throwable failure, CompletableFuture<Boolean> result) {
    StoreException cause = StoreException.of(failure);
    result.completeExceptionally(
        new RegistryException(
            cause.failure().reason(),
            "Could not override " + key + ": " + cause.getMessage(),
            cause));
  }
}
