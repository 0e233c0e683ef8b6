package io.etcdregistry.internal.view;

import io.etcdregistry.Call;
import io.etcdregistry.Change;
import io.etcdregistry.Instance;
import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.ServiceView;
import io.etcdregistry.Snapshot;
import io.etcdregistry.internal.balance.Balancer;
import io.etcdregistry.internal.time.Waiting;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The users' handle of a view. As long as one is reachable its view is kept. */
final class LiveView implements ServiceView {
  private final View view;
  private final Views views;
  private final Balancer balancer;

  LiveView(View view, Views views, Balancer balancer) {
    this.view = view;
    this.views = views;
    this.balancer = balancer;
  }

  Balancer balancer() {
    return balancer;
  }

  @Override
  public String service() {
    return view.service();
  }

  @Override
  public Snapshot snapshot() {
    return view.shown().snapshot();
  }

  @Override
  public Optional<Instance> pick() {
    return balancer.pick();
  }

  @Override
  public Optional<Instance> pick(String key) {
    return balancer.pick(key);
  }

  @Override
  public Optional<Call> begin() {
    return balancer.begin();
  }

  @Override
  public Optional<Call> begin(String key) {
    return balancer.begin(key);
  }

  @Override
  public Optional<Duration> age() {
    return views.age(view);
  }

  @Override
  public CompletableFuture<Snapshot> whenReady() {
    return view.firstLoad().whenReady();
  }

  @Override
  public Snapshot awaitAvailable(int count, Duration timeout) {
    if (count < 0) {
      throw new RegistryException(Reason.INVALID, "count: " + count + " (expected: 0 or more)");
    }
    CompletableFuture<Snapshot> enough = await(shown -> up(shown) >= count);
    views.env().expire(enough, timeout, () -> tooFew(count, timeout));
    return Waiting.get(enough, "waiting for instances");
  }

  /**
   * Completes with the first snapshot that fits a condition, by the listeners' way, when the
   * balancer chooses from it.
   */
  private CompletableFuture<Snapshot> await(Predicate<Shown> condition) {
    CompletableFuture<Snapshot> found = new CompletableFuture<>();
    Subscription subscription =
        view.listen(
            change -> {
              Shown now = view.shown();
              if (condition.test(now)) {
                balancer.whenCaughtUp(() -> found.complete(now.snapshot()));
              }
            });
    found.whenComplete((snapshot, failed) -> subscription.close());
    return found;
  }

  private long up(Shown shown) {
    return balancer.isFiltered()
        ? shown.snapshot().instances().stream()
            .filter(instance -> instance.status() == Instance.Status.UP && balancer.fits(instance))
            .count()
        : shown.up();
  }

  private RegistryException tooFew(int count, Duration timeout) {
    Snapshot now = snapshot();
    return new RegistryException(
        Reason.TIMED_OUT,
        String.format(
            "%d of %d instances of \"%s\" were up within %d ms (the view is %s)",
            up(view.shown()), count, service(), timeout.toMillis(), now.freshness()));
  }

  @Override
  public Subscription onChange(Consumer<Change> listener) {
    return view.listen(Objects.requireNonNull(listener, "listener"));
  }

  @Override
  public String toString() {
    return "ServiceView{" + snapshot() + "}";
  }
}
