package io.etcdregistry.internal.registration;

import io.etcdregistry.Instance;
import io.etcdregistry.JoinOptions;
import io.etcdregistry.Registration;
import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.internal.codec.Keys;
import io.etcdregistry.internal.codec.Records;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.KeyRange;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.WatchStream.Event;
import io.etcdregistry.internal.watch.WatchHub;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Keeps in etcd what this client joined, and nothing else of its own: the front, for callers of any
 * thread. The work is done by {@link OwnRecords} in the serial context.
 */
public final class Reconciler {
  private static final CompletableFuture<Void> NOBODY_WAITS =
      CompletableFuture.completedFuture(null);

  private final Environment env;
  private final Keys keys;
  private final Records records;
  private final OwnRecords own;
  private volatile UnaryOperator<Instance> overrides = UnaryOperator.identity();

  /**
   * A reconciler that wants nothing yet.
   *
   * @param env what the parts of the client share
   * @param keys where records are
   * @param records makes records
   * @param hub watches own keys
   * @param showOwnWrite shows a write in this client's views; completes when they do
   */
  public Reconciler(
      Environment env,
      Keys keys,
      Records records,
      WatchHub hub,
      Function<Event, CompletableFuture<Void>> showOwnWrite) {
    this.env = env;
    this.keys = keys;
    this.records = records;
    this.own = new OwnRecords(env, hub, showOwnWrite);
  }

  /** What registrations show of their records is as operators have it; what is written is not. */
  public void overriddenBy(UnaryOperator<Instance> override) {
    overrides = override;
  }

  /** A copy that completes where user code may run. */
  <T> CompletableFuture<T> forUser(CompletableFuture<T> future) {
    return future.isDone() ? future.copy() : env.forUser(future);
  }

  Instance shown(Instance own) {
    return overrides.apply(own);
  }

  /** Wants a record from now on, for ever. The options name a TTL. */
  public Registration announce(Instance instance, JoinOptions options) {
    OwnRegistration owner = owner(instance, options);
    env.context().execute(() -> own.wishes().add(owner));
    return owner;
  }

  /**
   * Wants a record; the options name a TTL. Completes when it is committed; fails within the
   * operation timeout, or when the caller cancels it, and then it is not wanted any more.
   */
  public CompletableFuture<Registration> join(Instance instance, JoinOptions options) {
    OwnRegistration owner = owner(instance, options);
    owner.mustJoin = true;
    env.context().execute(() -> own.wishes().add(owner));
    CompletableFuture<Registration> result = owner.joined().copy();
    expire(result, owner, "join");
    result.whenComplete(
        (joined, failure) -> {
          if (failure != null) {
            env.context().execute(() -> own.wishes().remove(owner, NOBODY_WAITS));
          }
        });
    return result;
  }

  private OwnRegistration owner(Instance instance, JoinOptions options) {
    String key = keys.key(instance.name(), instance.id());
    Duration asked = options.ttl().orElseThrow();
    OwnRegistration owner = new OwnRegistration(this, key, instance, asked, env.time().now());
    return options.readiness().map(owner::readyWhen).orElse(owner);
  }

  /**
   * Leaves with every registration of a name, or with all if the name is empty. Completes when
   * nothing of them is left in etcd, nor can come; fails within the operation timeout.
   */
  public CompletableFuture<Void> leave(String name) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    env.context()
        .execute(
            () -> {
              List<CompletableFuture<?>> all = new ArrayList<>();
              own.wishes().owners(name).forEach(owner -> all.add(leave(owner)));
              own.wishes().tombstones(range(name)).forEach(key -> all.add(awaitGone(key, name)));
              CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]))
                  .whenComplete(
                      (done, failure) -> {
                        if (failure == null) {
                          result.complete(null);
                        } else {
                          result.completeExceptionally(
                              failure.getCause() == null ? failure : failure.getCause());
                        }
                      });
            });
    return result;
  }

  private KeyRange range(String name) {
    return name.isEmpty() ? keys.all() : keys.service(name);
  }

  /** What an earlier leave, or a failed join, has not undone yet counts as well. */
  private CompletableFuture<Void> awaitGone(OwnKey key, String name) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    own.wishes().awaitGone(key, result);
    env.expire(
        result,
        env.timeout(),
        () -> tooLate("leave", name, key.failure, "a write is not answered yet"));
    env.telemetry().failing("leave", result);
    return result;
  }

  CompletableFuture<Void> leave(OwnRegistration owner) {
    if (env.waiters().ended()) {
      return CompletableFuture.completedFuture(null); // closing was the leave of everything
    }
    CompletableFuture<Void> result = new CompletableFuture<>();
    env.context().execute(() -> own.wishes().remove(owner, result));
    expire(result, owner, "leave");
    return result;
  }

  CompletableFuture<Void> update(OwnRegistration owner) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    env.context().execute(() -> own.wishes().update(owner, result));
    expire(result, owner, "update");
    return result;
  }

  void drain(OwnRegistration owner) {
    env.context().execute(() -> own.wishes().drain(owner));
  }

  CompletableFuture<Void> after(Duration wait) {
    CompletableFuture<Void> passed = new CompletableFuture<>();
    env.time().schedule(wait, () -> passed.complete(null));
    env.waiters().add(passed);
    return passed;
  }

  Records records() {
    return records;
  }

  /**
   * Leaves with everything and gives the leases back. Completes when etcd confirmed it, or when the
   * operation timeout has passed; never fails.
   */
  public CompletableFuture<Void> close() {
    CompletableFuture<Void> result = new CompletableFuture<>();
    leave("")
        .whenComplete(
            (left, failure) ->
                env.context()
                    .execute(() -> own.end().whenComplete((done, late) -> result.complete(null))));
    env.expire(result, env.timeout(), () -> new IllegalStateException("etcd did not confirm"));
    return result.exceptionally(late -> null);
  }

  /** Stops without a word to etcd. */
  public void abandon() {
    env.context().execute(own::abandon);
  }

  private void expire(CompletableFuture<?> result, OwnRegistration owner, String verb) {
    env.expire(
        result,
        env.timeout(),
        () ->
            tooLate(
                verb, owner.instance().name(), own.wishes().failure(owner), owner.status().why()));
    env.telemetry().failing(verb, result);
  }

  private RegistryException tooLate(
      String verb, String name, Optional<StoreException> cause, String status) {
    String what =
        String.format("Could not %s \"%s\" within %d ms: ", verb, name, env.timeout().toMillis());
    String next =
        switch (verb) {
          case "join" -> ". Nothing of it will be left in etcd";
          case "leave" -> ". It is tried on until etcd confirms";
          default -> ". It stays wanted, and is written as soon as etcd allows";
        };
    String why = cause.map(Throwable::getMessage).orElse(status);
    Reason reason = cause.map(known -> known.failure().reason()).orElse(Reason.TIMED_OUT);
    String message = what + why + next;
    return cause
        .map(known -> new RegistryException(reason, message, known))
        .orElseGet(() -> new RegistryException(reason, message));
  }
}
