package io.etcdregistry.internal.balance;

import io.etcdregistry.Call;
import io.etcdregistry.Instance;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/** A call to an instance that was chosen. Its end is told to the balancer once. */
final class OngoingCall implements Call {
  private final Balancer balancer;
  private final Instance instance;
  private final Node node;
  private final boolean trial;
  private final long begun;
  private final AtomicBoolean ended = new AtomicBoolean();

  /**
   * A call that begins now.
   *
   * @param balancer is told of its end
   * @param instance who is called
   * @param node what is known of it
   * @param trial whether this call tries an instance that was left out
   * @param begun when, by the monotonic clock
   */
  OngoingCall(Balancer balancer, Instance instance, Node node, boolean trial, long begun) {
    this.balancer = balancer;
    this.instance = instance;
    this.node = node;
    this.trial = trial;
    this.begun = begun;
    node.begin();
  }

  @Override
  public Instance instance() {
    return instance;
  }

  @Override
  public void succeeded() {
    if (ended.compareAndSet(false, true)) {
      balancer.succeeded(this);
    }
  }

  @Override
  public void failed(String why) {
    Objects.requireNonNull(why, "why");
    if (ended.compareAndSet(false, true)) {
      balancer.failed(this, why);
    }
  }

  @Override
  public void unreachable(String why) {
    Objects.requireNonNull(why, "why");
    if (ended.compareAndSet(false, true)) {
      balancer.unreachable(this, why);
    }
  }

  @Override
  public void close() {
    if (ended.compareAndSet(false, true)) {
      balancer.endedUntold(this);
    }
  }

  Node node() {
    return node;
  }

  boolean trial() {
    return trial;
  }

  long begun() {
    return begun;
  }

  @Override
  public String toString() {
    return "Call{" + instance + (ended.get() ? ", ended}" : "}");
  }
}
