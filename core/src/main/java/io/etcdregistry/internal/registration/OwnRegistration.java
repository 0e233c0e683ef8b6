package io.etcdregistry.internal.registration;

import io.etcdregistry.Instance;
import io.etcdregistry.Registration;
import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.RegistryStats.Counter;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.time.Waiting;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The handle of one registration, and the reconciler's notes about it. */
final class OwnRegistration implements Registration {
  private final Reconciler reconciler;
  private final AtomicReference<Instance> instance;
  private final CompletableFuture<Registration> joined = new CompletableFuture<>();
  private volatile Status status;
  private volatile Duration ttl;

  final String key;
  final Duration asked;

  // The following fields are touched in the reconciler's context only.
  /** What is wanted in etcd. */
  byte[] document;

  /** Whether the key is to be taken over from whoever holds it: until the first commit. */
  boolean taking = true;

  /** Whether a refusal ends it, as the caller waits for the join. */
  boolean mustJoin;

  /** What has to pass before anything is written, and goes on to be asked. */
  Optional<Predicate<Instance>> check = Optional.empty();

  Optional<Readiness> readiness = Optional.empty();

  /** Whether the check, if any, ever passed. */
  boolean ready = true;

  /** Whether the check fails since. */
  boolean down;

  private boolean everJoined;
  boolean draining;
  boolean left;
  final List<CompletableFuture<Void>> updates = new ArrayList<>();

  OwnRegistration(
      Reconciler reconciler, String key, Instance instance, Duration asked, Instant since) {
    this.reconciler = reconciler;
    this.key = key;
    this.instance = new AtomicReference<>(instance);
    this.asked = asked;
    this.ttl = asked;
    this.document = bytes(instance);
    this.status = new Status(State.JOINING, since, "not committed yet");
  }

  private static byte[] bytes(Instance instance) {
    return instance.json().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public Instance instance() {
    return reconciler.shown(own());
  }

  /** The record as this process wants it, whatever operators say. */
  private Instance own() {
    return Objects.requireNonNull(instance.get());
  }

  @Override
  public Status status() {
    return status;
  }

  @Override
  public Duration ttl() {
    return ttl;
  }

  @Override
  public CompletableFuture<Registration> whenJoined() {
    return reconciler.forUser(joined);
  }

  @Override
  public void update(Consumer<Instance.Builder> change) {
    Objects.requireNonNull(change, "change");
    Instance before;
    Instance after;
    do {
      before = own();
      after = reconciler.records().change(before, change);
    } while (!instance.compareAndSet(before, after));
    Waiting.get(reconciler.update(this), "updating \"" + after.name() + "\"");
  }

  @Override
  public void drain(Duration wait) {
    if (wait.isNegative()) {
      throw new RegistryException(Reason.INVALID, "wait: " + wait + " (expected: zero or more)");
    }
    try {
      reconciler.drain(this);
      update(builder -> builder.status(Instance.Status.DRAINING));
      Waiting.get(reconciler.after(wait), "draining \"" + instance().name() + "\"");
    } finally {
      leave();
    }
  }

  @Override
  public void leave() {
    Waiting.get(reconciler.leave(this), "leaving \"" + instance().name() + "\"");
  }

  @Override
  public String toString() {
    return "Registration{" + instance() + ", " + status.state() + "}";
  }

  /** Joins only when a check passes. Before it is added. */
  OwnRegistration readyWhen(Predicate<Instance> passes) {
    check = Optional.of(passes);
    ready = false;
    return this;
  }

  /** Takes the document as it was updated, or as the check wants it. */
  void renew() {
    Instance wished = own();
    boolean hide = down && wished.status() != Instance.Status.DRAINING;
    document = hide ? reconciler.records().saying(wished, Instance.Status.DOWN) : bytes(wished);
  }

  /**
   * What the record says before it is deleted, so that nobody takes that for a loss; empty if that
   * makes it too large.
   */
  Optional<byte[]> farewell() {
    try {
      return Optional.of(reconciler.records().saying(own(), Instance.Status.DRAINING));
    } catch (RegistryException tooLarge) {
      return Optional.empty();
    }
  }

  /** Completed where no user code may run. */
  CompletableFuture<Registration> joined() {
    return joined;
  }

  /** Shows where it stands, and reports it if that is another place. */
  void show(State state, String why, Environment env) {
    Status before = status;
    boolean moved = before.state() != state;
    if (!moved && before.why().equals(why)) {
      return;
    }
    status = new Status(state, moved ? env.time().now() : before.since(), why);
    if (!everJoined && (state == State.JOINED || state == State.DRAINING)) {
      everJoined = true;
      env.telemetry().count(Counter.JOINS);
    }
    if (moved) {
      env.telemetry().registrationChanged(this, before, status);
    }
  }

  void effective(Duration granted) {
    ttl = granted;
  }
}
