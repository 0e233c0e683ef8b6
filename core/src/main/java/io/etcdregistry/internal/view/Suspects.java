package io.etcdregistry.internal.view;

import io.etcdregistry.Instance;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.time.Alarm;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/** Whom a view has lost and does not give up yet. Kept in the view's serial context. */
final class Suspects {
  private final String service;
  private final Environment env;
  private final LossGuard guard;
  private final Alarm alarm;

  /**
   * No suspects.
   *
   * @param service the view's name
   * @param ttl losses within this time count together
   * @param context the view's
   * @param env what the parts of the client share
   * @param changed publishes what is left when suspects are given up
   */
  Suspects(String service, Duration ttl, Executor context, Environment env, Runnable changed) {
    this.service = service;
    this.env = env;
    this.guard = new LossGuard(ttl);
    this.alarm = new Alarm(env.time(), context, changed);
  }

  /** An own write removed a record: that is no loss. */
  void removed(String key) {
    guard.settled(key);
  }

  /** Who is suspect now that the content has changed; whom operators drained left as they wish. */
  List<Instance> of(Content content, UnaryOperator<Instance> override) {
    long now = env.time().nanoTime();
    content.takeVanished().forEach(gone -> guard.vanished(override.apply(gone), now));
    guard.settle(content::has);
    int added = guard.judge(content.size(), now);
    List<Instance> suspects = guard.suspects();
    if (added > 0) {
      env.telemetry().fleetLost(service, added, content.size());
    }
    guard.due().ifPresentOrElse(alarm::set, alarm::clear);
    return suspects;
  }

  void end() {
    alarm.clear();
  }
}
