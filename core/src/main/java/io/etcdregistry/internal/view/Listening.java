package io.etcdregistry.internal.view;

import io.etcdregistry.Change;
import io.etcdregistry.Instance;
import io.etcdregistry.internal.time.SerialExecutor;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
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
  private static final Logger LOG = System.getLogger("io.etcdregistry");

  private final Consumer<Change> listener;
  private final SerialExecutor context;
  private final Supplier<Shown> source;
  private final AtomicBoolean offered = new AtomicBoolean();
  private volatile boolean ended;

  // Touched in the context only.
  private @Nullable Shown told;

  Listening(Consumer<Change> listener, Executor callbacks, Supplier<Shown> source) {
    this.listener = listener;
    this.context = new SerialExecutor(callbacks);
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
      String service = change.snapshot().service();
      LOG.log(Level.WARNING, "A listener of \"" + service + "\" threw; it is kept", e);
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
      } else if (old.revision() != instance.revision() || !old.json().equals(instance.json())) {
        updated.add(instance);
      }
    }
    boolean reset = before != null && before.resets() != now.resets();
    List<Instance> gone = new ArrayList<>(removed.values());
    return new Change(now.snapshot(), added, updated, gone, reset);
  }
}
