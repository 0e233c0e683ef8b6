package io.etcdregistry.internal.view;

import io.etcdregistry.Instance;
import io.etcdregistry.Snapshot;
import io.etcdregistry.internal.balance.Balancer;
import io.etcdregistry.internal.balance.Plan;
import io.etcdregistry.internal.store.Environment;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The users' handles of one view, one for each way to choose; each is kept as long as a user holds
 * it. Thread-safe.
 */
final class Handles {
  private final Plan plan;
  private final Balancer balancer;
  private final Function<Plan, Balancer> balancers;
  private final Map<Plan, WeakReference<LiveView>> handles = new ConcurrentHashMap<>();

  /**
   * No handles yet.
   *
   * @param service the view's name
   * @param plan how to choose unless told otherwise
   * @param context the view's
   * @param env what the parts of the client share
   */
  Handles(String service, Plan plan, Executor context, Environment env) {
    this.plan = plan;
    this.balancers = wanted -> Balancer.of(service, wanted, context, env);
    this.balancer = balancers.apply(plan);
  }

  Optional<Instance> pick() {
    return balancer.pick();
  }

  /** The handle for a plan. */
  LiveView of(Plan wanted, Function<Balancer, LiveView> maker, Supplier<Shown> shown) {
    LiveView present = held(handles.get(wanted));
    if (present != null) {
      return present;
    }
    boolean own = !wanted.equals(plan);
    LiveView fresh = maker.apply(own ? balancers.apply(wanted) : balancer);
    if (own) {
      show(fresh.balancer(), shown); // nobody else knows it yet
    }
    LiveView[] result = {fresh};
    handles.compute(
        wanted,
        (same, before) -> {
          LiveView other = held(before);
          result[0] = other == null ? fresh : other;
          return other == null ? new WeakReference<>(fresh) : before;
        });
    if (own && result[0] == fresh) {
      fresh.balancer().execute(() -> show(fresh.balancer(), shown)); // what came meanwhile
    }
    return result[0];
  }

  private static void show(Balancer balancer, Supplier<Shown> shown) {
    Shown now = shown.get();
    if (now.loaded()) {
      balancer.show(now.snapshot());
    }
  }

  private static @Nullable LiveView held(@Nullable WeakReference<LiveView> reference) {
    return reference == null ? null : reference.get();
  }

  boolean anyHeld() {
    return handles.values().stream().anyMatch(reference -> reference.get() != null);
  }

  /** Shows the balancers another snapshot. In the view's context. */
  void show(Snapshot snapshot) {
    balancer.offer(snapshot);
    others(other -> other.offer(snapshot));
  }

  /** Lets nothing wake up any more. In the view's context. */
  void end() {
    balancer.end();
    others(Balancer::end);
  }

  private void others(Consumer<Balancer> action) {
    handles.values().removeIf(reference -> reference.get() == null);
    for (WeakReference<LiveView> reference : handles.values()) {
      LiveView handle = reference.get();
      if (handle != null && handle.balancer() != balancer) {
        action.accept(handle.balancer());
      }
    }
  }
}
