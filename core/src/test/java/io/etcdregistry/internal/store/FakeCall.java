package io.etcdregistry.internal.store;

import io.etcdregistry.internal.store.Faults.Fault;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.spi.Time;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * One call of a fake client, from the first attempt to the answer or the timeout.
 *
 * <p>As in life, an attempt that is not answered is followed by another and stays under way: it may
 * be applied later, also after the call has failed.
 */
final class FakeCall<T> {
  /** How long an attempt waits before the next one is sent. */
  private static final Duration ATTEMPT = Duration.ofSeconds(1);

  /** How long a client waits that was refused, or told that there is no leader. */
  private static final Duration PAUSE = Duration.ofMillis(200);

  private static final Fault.Disturbed UNDISTURBED = (Fault.Disturbed) Fault.NONE;

  private final FakeStore store;
  private final boolean write;
  private final Supplier<T> work;
  private final BiFunction<T, Boolean, T> marked;
  private final CompletableFuture<T> answer = new CompletableFuture<>();

  // Guarded by this.
  private Time.Scheduled timeout = () -> {};
  private int unanswered;
  private Optional<StoreException> seen = Optional.empty();

  /**
   * A call that is not sent yet.
   *
   * @param write whether it may change something
   * @param work what the cluster does, once for each attempt that arrives
   * @param marked adds to an answer whether other attempts are still under way
   */
  FakeCall(FakeStore store, boolean write, Supplier<T> work, BiFunction<T, Boolean, T> marked) {
    this.store = store;
    this.write = write;
    this.work = work;
    this.marked = marked;
  }

  CompletableFuture<T> send(Fault fault, Duration limit) {
    if (fault instanceof Fault.Failing failing) {
      after(store.link().latency(), () -> end(failing.failure()));
    } else {
      synchronized (this) {
        timeout = store.clock().schedule(limit, () -> expire(limit));
      }
      attempt((Fault.Disturbed) fault);
    }
    return answer;
  }

  private void after(Duration delay, Runnable task) {
    store.clock().schedule(delay, task);
  }

  private void attempt(Fault.Disturbed fault) {
    if (answer.isDone()) {
      return;
    }
    FakeLink link = store.link();
    if (link.refusing()) {
      again(FakeLink.unreachable());
      return;
    }
    synchronized (this) {
      unanswered++;
    }
    AtomicBoolean answered = new AtomicBoolean();
    int resets = store.cluster().resets();
    if (link.silent()) {
      link.swallow(() -> arrive(fault, answered, resets));
    } else if (!fault.requestLost()) {
      Duration way = link.latency().plus(fault.delay());
      store.cluster().time().schedule(way, () -> arrive(fault, answered, resets));
    }
    if (fault.repeated()) {
      after(ATTEMPT, () -> attemptUnless(answered));
    }
  }

  private void attemptUnless(AtomicBoolean answered) {
    if (!answered.get()) {
      attempt(UNDISTURBED);
    }
  }

  private void again(StoreException cause) {
    synchronized (this) {
      seen = Optional.of(cause);
    }
    after(PAUSE, () -> attempt(UNDISTURBED));
  }

  /** The cluster's side. */
  private void arrive(Fault.Disturbed fault, AtomicBoolean answered, int resets) {
    if (store.cluster().resets() != resets) {
      return; // its connection ended with the members of before
    }
    Runnable told;
    if (store.link().hasLeader()) {
      told = perform();
    } else {
      told = () -> again(FakeCluster.noLeader());
    }
    if (!fault.answerLost()) {
      after(store.link().latency(), () -> receive(told, answered));
    }
  }

  private Runnable perform() {
    try {
      T result = work.get();
      return () -> succeed(result);
    } catch (StoreException e) {
      return () -> end(e);
    }
  }

  private void receive(Runnable told, AtomicBoolean answered) {
    if (store.link().silent() || answer.isDone()) {
      return;
    }
    answered.set(true);
    synchronized (this) {
      unanswered--;
    }
    told.run();
  }

  private void succeed(T result) {
    boolean straggling;
    synchronized (this) {
      straggling = unanswered > 0;
      timeout.cancel();
    }
    store.ended(this);
    answer.complete(marked.apply(result, straggling));
  }

  private void expire(Duration limit) {
    StoreException cause;
    synchronized (this) {
      cause =
          unanswered > 0 || seen.isEmpty()
              ? new StoreException(Failure.TIMED_OUT, "no answer within " + limit)
              : seen.get();
    }
    end(cause);
  }

  /** Fails the call, and says whether it may have been applied nevertheless. */
  void end(StoreException cause) {
    boolean mayApply;
    synchronized (this) {
      mayApply = cause.mayApply() || (write && unanswered > 0);
      timeout.cancel();
    }
    store.ended(this);
    answer.completeExceptionally(
        new StoreException(cause.failure(), mayApply, String.valueOf(cause.getMessage()), cause));
  }
}
