package io.etcdregistry.internal.view;

import io.etcdregistry.Change;
import io.etcdregistry.Instance;
import io.etcdregistry.RegistryException;
import io.etcdregistry.RegistryException.Reason;
import io.etcdregistry.ServiceView;
import io.etcdregistry.Snapshot;
import io.etcdregistry.internal.time.Waiting;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The users' handle of a view. As long as one is reachable its view is kept. */
final class LiveView implements ServiceView {
  private final View view;
  private final Views views;

  LiveView(View view, Views views) {
    this.view = view;
    this.views = views;
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
    return view.pick();
  }

  @Override
  public Optional<Duration> age() {
    return views.age(view);
  }

  @Override
  public CompletableFuture<Snapshot> whenReady() {
    return view.whenReady();
  }

  @Override
  public Snapshot awaitAvailable(int count, Duration timeout) {
    if (count < 0) {
      throw new RegistryException(Reason.INVALID, "count: " + count + " (expected: 0 or more)");
    }
    CompletableFuture<Snapshot> enough = view.await(shown -> shown.up() >= count);
    views.env().expire(enough, timeout, () -> tooFew(count, timeout));
    return Waiting.get(enough, "waiting for instances");
  }

  private RegistryException tooFew(int count, Duration timeout) {
    Snapshot now = snapshot();
    return new RegistryException(
        Reason.TIMED_OUT,
        String.format(
            "%d of %d instances of \"%s\" were up within %s (the view is %s)",
            view.shown().up(), count, service(), timeout, now.freshness()));
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
