package io.etcdregistry.internal.etcd;

import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.telemetry.Telemetry;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What carries calls: the parts of a store that work together in its loop. */
final class Engine {
  private final EtcdConfig config;
  private final Dialer dialer;
  private final Loop loop;
  private final Telemetry telemetry;
  private final Endpoints endpoints;
  private final Tokens tokens;
  private final Optional<Members> members;
  private final Set<Hedge<?, ?>> open =
      Collections.newSetFromMap(new IdentityHashMap<>()); // of the loop
  private final Set<Duplex<?, ?>> streams =
      Collections.newSetFromMap(new IdentityHashMap<>()); // of the loop
  private boolean begun; // of the loop
  private volatile boolean closed;

  Engine(EtcdConfig config, Dialer dialer, Loop loop, Telemetry telemetry) {
    this.config = config;
    this.dialer = new Channels(dialer);
    this.loop = loop;
    this.telemetry = telemetry;
    this.endpoints = new Endpoints(config, this.dialer, loop, telemetry);
    this.tokens = new Tokens(this, config.login());
    this.members = config.refresh().map(interval -> new Members(this, interval));
    members.ifPresent(refresh -> endpoints.onTrouble(refresh::soon));
  }

  EtcdConfig config() {
    return config;
  }

  Dialer dialer() {
    return dialer;
  }

  Loop loop() {
    return loop;
  }

  Telemetry telemetry() {
    return telemetry;
  }

  /** Of the loop. */
  Endpoints endpoints() {
    return endpoints;
  }

  /** Of the loop. */
  Tokens tokens() {
    return tokens;
  }

  /** Whether {@link #close} was called. */
  boolean closed() {
    return closed;
  }

  /**
   * Makes a call. From any thread.
   *
   * @return completed on the call's readers, so that what hangs on it must be brief; fails with a
   *     {@link StoreException} only
   */
  <Q, R> CompletableFuture<Answer<R>> call(Call<Q, R> call, Q request, Duration timeout) {
    if (closed) {
      return CompletableFuture.failedFuture(StoreExceptions.closed());
    }
    return begin(new Hedge<>(this, call, request, timeout));
  }

  /** Begins a call that was made ready. From any thread. */
  <R> CompletableFuture<Answer<R>> begin(Hedge<?, R> hedge) {
    loop.execute(
        () -> {
          if (closed) {
            hedge.abort(StoreExceptions.closed());
          } else {
            askForMembers();
            open.add(hedge);
            hedge.begin();
          }
        });
    return hedge.result();
  }

  private void askForMembers() {
    if (!begun) {
      begun = true;
      members.ifPresent(Members::soon);
    }
  }

  /** Of the loop: tells what a call came to, outside of the loop. */
  void finish(Hedge<?, ?> hedge, Executor where, Runnable outcome) {
    open.remove(hedge);
    where.execute(outcome); // what hangs on it must not run inside of the loop
  }

  /** Of the loop: has a stream ended with the store. */
  void enlist(Duplex<?, ?> stream) {
    streams.add(stream);
  }

  /** Of the loop. */
  void delist(Duplex<?, ?> stream) {
    streams.remove(stream);
  }

  /**
   * Of the loop: finds out whether an endpoint that nobody vouches for is what we look for.
   *
   * @param then told in the loop: null if it is
   */
  void probe(Endpoint endpoint, Link link, Consumer<@Nullable Fault> then) {
    new Probe(loop, link)
        .begin(
            (cluster, fault) -> {
              if (fault == null && cluster == 0) {
                then.accept(new Fault(Fault.Kind.MISMATCH, "does not say which cluster it is of"));
              } else if (fault == null && !endpoints.answered(endpoint, link, cluster)) {
                then.accept(new Fault(Fault.Kind.MISMATCH, "belongs to another cluster"));
              } else {
                then.accept(fault);
              }
            });
  }

  /**
   * Of the loop: finds out why a listener hangs up before it says a word, once for each link.
   *
   * @param first what is known without asking
   * @param then told in the loop
   */
  void diagnose(Link link, Fault first, Consumer<Fault> then) {
    Fault known = link.diagnosis();
    if (known != null) {
      then.accept(known);
      return;
    }
    Consumer<Fault> learned =
        fault -> {
          link.diagnosis(fault);
          then.accept(fault);
        };
    new Diagnosis(loop, dialer, config.attempt()).begin(link.address(), first, learned);
  }

  /** Ends all calls and links. From any thread; idempotent. */
  void close() {
    closed = true;
    loop.execute(
        () -> {
          StoreException cause = StoreExceptions.closed();
          // Streams first: whoever hears that a call failed must find its streams ended.
          List.copyOf(streams).forEach(s -> s.breakOff(cause, Fault.Kind.UNREACHABLE));
          List.copyOf(open).forEach(hedge -> hedge.abort(cause));
          members.ifPresent(Members::close);
          dialer.close();
        });
  }
}
