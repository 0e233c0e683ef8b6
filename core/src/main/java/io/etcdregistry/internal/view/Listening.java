package io.etcdregistry.internal.view;

import io.etcdregistry.Change;
import io.etcdregistry.Instance;
import io.etcdregistry.internal.roster.Roster;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.telemetry.Telemetry;
import io.etcdregistry.internal.time.SerialExecutor;
import java.util.ArrayList;
import java.util.List;
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
    List<Instance> removed = new ArrayList<>();
    Roster.difference(
        before == null ? Roster.EMPTY : before.instances(),
        now.instances(),
        new Roster.Difference() {
          @Override
          public void added(Instance instance) {
            added.add(instance);
          }

          @Override
          public void removed(Instance instance) {
            removed.add(instance);
          }

          @Override
          public void replaced(Instance old, Instance instance) {
            if (old.revision() != instance.revision() || !old.equals(instance)) {
              updated.add(instance);
            }
          }
        });
    boolean reset = before != null && before.resets() != now.resets();
    return new Change(now.snapshot(), added, updated, removed, reset);
  }
}
