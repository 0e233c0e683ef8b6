package io.etcdregistry.internal.view;

import io.etcdregistry.Change;
import io.etcdregistry.Instance;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.telemetry.Telemetry;
import io.etcdregistry.internal.time.SerialExecutor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One listener's place in a view: delivers the difference between what it was told last and what is
 * shown now, one call at a time. A slow listener misses intermediate states, never the last.
 * Thread-safe.
 */
final class Listening {
  private final Consumer<Change> listener;
  private final SerialExecutor context;
  private final Telemetry telemetry;
  private final Supplier<Shown> source;
  private final AtomicBoolean offered = new AtomicBoolean();
  private volatile boolean ended;

  // Touched in the context only.
  private @Nullable Shown told;
  private boolean threw;

  Listening(Consumer<Change> listener, Environment env, Supplier<Shown> source) {
    this.listener = listener;
    this.context = new SerialExecutor(env.callbacks());
    this.telemetry = env.telemetry();
    this.source = source;
  }

  /** There is something to tell. */
  void offer() {
    if (offered.compareAndSet(false, true)) {
      context.execute(this::deliver);
    }
  }

  void end() {
    ended = true;
  }

  private void deliver() {
    offered.set(false);
    Shown now = source.get();
    Shown before = told;
    boolean known = before != null && before.snapshot().version() >= now.snapshot().version();
    if (ended || known) {
      return;
    }
    told = now;
    Change change = difference(before, now);
    boolean same =
        before != null
            && change.added().isEmpty()
            && change.updated().isEmpty()
            && change.removed().isEmpty()
            && !change.reset()
            && before.snapshot().freshness() == now.snapshot().freshness();
    if (!same) {
      tell(change);
    }
  }

  private void tell(Change change) {
    try {
      listener.accept(change);
    } catch (RuntimeException | AssertionError e) {
      telemetry.listenerFailed(change.snapshot().service(), e, !threw);
      threw = true;
    }
  }

  private static Change difference(@Nullable Shown before, Shown now) {
    List<Instance> added = new ArrayList<>();
    List<Instance> updated = new ArrayList<>();
    Map<String, Instance> removed = new HashMap<>();
    if (before != null) {
      before.snapshot().instances().forEach(instance -> removed.put(instance.key(), instance));
    }
    for (Instance instance : now.snapshot().instances()) {
      Instance old = removed.remove(instance.key());
      if (old == null) {
        added.add(instance);
      } else if (old.revision() != instance.revision() || !old.equals(instance)) {
        updated.add(instance);
      }
    }
    boolean reset = before != null && before.resets() != now.resets();
    List<Instance> gone = new ArrayList<>(removed.values());
    return new Change(now.snapshot(), added, updated, gone, reset);
  }
}
