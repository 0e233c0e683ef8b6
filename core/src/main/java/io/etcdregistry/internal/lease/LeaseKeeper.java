package io.etcdregistry.internal.lease;

import io.etcdregistry.internal.lease.LeaseEvent.Kind;
import io.etcdregistry.internal.store.Environment;
import io.etcdregistry.internal.store.Grant;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.time.Alarm;
import io.etcdregistry.internal.time.SleepDetector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the leases of a client: carries out what {@link LeaseMachine} decides.
 *
 * <p>Everything here runs in the serial context given, which is its listener's too. There is one
 * slot for each distinct effective TTL: where etcd raises what was asked for, the slot moves to
 * what it became, and joins the one that is there.
 */
public final class LeaseKeeper {
  /** Hears of leases, in the serial context. */
  public interface Listener {
    /** Keys can be put under a lease. Also after it was suspect. */
    void held(long lease);

    /** A lease was not confirmed for its whole TTL. */
    void suspect(long lease);

    /** A lease is gone in etcd, with all its keys: nothing can be put under it any more. */
    void gone(long lease);

    /** The lease cannot be granted at the moment. */
    void failing(StoreException cause);

    /** The clocks disagree: the process may have slept, so that nothing known is current. */
    void woke();
  }

  private final Environment env;
  private final Listener listener;

  // The following fields are touched in the context only.
  private final Map<Duration, Slot> slots = new HashMap<>();

  /** Those, and with them the slots of leases on their way in or out. */
  private final Set<Slot> all = new LinkedHashSet<>();

  private final Map<Duration, Duration> raised = new HashMap<>();
  private final Set<Long> ours = new HashSet<>();
  private final Renewals renewals;
  private final Revocations revocations;
  private final SleepDetector sleep;

  /**
   * A keeper that holds nothing yet.
   *
   * @param env what the parts of the client share
   * @param listener hears of changes
   */
  public LeaseKeeper(Environment env, Listener listener) {
    this.env = env;
    this.listener = listener;
    this.renewals = new Renewals(env, new Heard());
    this.revocations = new Revocations(env, listener::gone);
    this.sleep = new SleepDetector(env.time());
  }

  /** Counts one more key that wants a lease of a TTL. */
  public void want(Duration asked) {
    Slot slot = slots.computeIfAbsent(effective(asked), Slot::new);
    slot.wanted++;
    slot.handle(LeaseEvent.of(Kind.WANTED));
  }

  /** Counts one key less; the last one gives the lease back. */
  public void release(Duration asked) {
    Slot slot = slots.get(effective(asked));
    if (slot == null) {
      return; // closed: everything was given back
    }
    slot.wanted--;
    if (slot.wanted == 0) {
      slot.end();
    }
  }

  /** The lease to put under now, if there is one. */
  public OptionalLong lease(Duration asked) {
    Slot slot = slots.get(effective(asked));
    return slot != null && slot.state.usable()
        ? OptionalLong.of(slot.state.lease())
        : OptionalLong.empty();
  }

  /** Whether the lease of a TTL was not confirmed for a whole TTL. */
  public boolean suspect(Duration asked) {
    Slot slot = slots.get(effective(asked));
    return slot != null && slot.state.phase() == LeaseState.Phase.SUSPECT;
  }

  /** What etcd made of a TTL, once it granted one. */
  public Duration effective(Duration asked) {
    return raised.getOrDefault(asked, asked);
  }

  /** Whether a lease is, or ever was, this client's. */
  public boolean ours(long lease) {
    return ours.contains(lease);
  }

  /**
   * Exchanges a lease for a fresh one, if it is held: what hangs on it is to be put under the other
   * as soon as that is held. Then it is one of {@link #retiring}, and lives on until {@link
   * #retire}.
   */
  public void replace(long lease) {
    for (Slot slot : List.copyOf(slots.values())) {
      if (slot.state.lease() == lease && slot.state.usable() && slot.successor == null) {
        slot.successor = new Slot(slot.ttl);
        slot.successor.predecessor = slot;
        slot.successor.handle(LeaseEvent.of(Kind.WANTED));
      }
    }
  }

  /** The leases that were replaced, and are to be given back once nothing hangs on them. */
  public List<Long> retiring() {
    return all.stream().filter(slot -> slot.retiring).map(slot -> slot.state.lease()).toList();
  }

  /** Gives a lease back that was replaced. */
  public void retire(long lease) {
    for (Slot slot : List.copyOf(all)) {
      if (slot.retiring && slot.state.lease() == lease) {
        slot.end();
      }
    }
  }

  /** The leases that keys can hang on. */
  public List<Long> held() {
    List<Long> held = new ArrayList<>();
    for (Slot slot : all) {
      if (slot.state.usable()) {
        held.add(slot.state.lease());
      }
    }
    return held;
  }

  /** A put failed because etcd does not know the lease. */
  public void missing(long lease) {
    gone(lease, "a call found that etcd does not know it");
  }

  private void gone(long lease, String why) {
    for (Slot slot : List.copyOf(all)) {
      if (slot.state.lease() == lease) {
        slot.gone(why);
      }
    }
  }

  /**
   * The cluster was wiped, restored or exchanged: asks it about every lease. A restored one may
   * hold them yet, with keys and late puts; only its answer tells.
   */
  public void askAll() {
    renewals.close(false);
    event(LeaseEvent.of(Kind.WOKE));
  }

  /** Completes when no lease that was given back is left in etcd. */
  public CompletableFuture<Void> whenRevoked() {
    return revocations.whenDone();
  }

  /** Gives every lease back, and renews none from now on. */
  public void close() {
    List.copyOf(all).forEach(Slot::end);
    renewals.close(false);
  }

  /** Stops without a word to etcd. */
  public void abandon() {
    revocations.abandon();
    all.forEach(slot -> slot.alarm.clear());
    all.clear();
    slots.clear();
    renewals.close(false);
  }

  private void event(LeaseEvent event) {
    for (Slot slot : List.copyOf(all)) {
      slot.handle(event);
    }
  }

  /** What others asked on the stream will not be answered either. */
  private void abandonStream(Slot hung) {
    renewals.close(true);
    for (Slot slot : List.copyOf(all)) {
      if (slot != hung) {
        slot.handle(LeaseEvent.of(Kind.BROKEN));
      }
    }
  }

  /** A gap that is long for the shortest TTL is one for all. */
  private Duration longSleep() {
    return Collections.min(all.stream().map(slot -> slot.ttl).toList()).dividedBy(3);
  }

  /** What is heard of renewals. */
  private final class Heard implements Renewals.Listener {
    @Override
    public void renewed(long lease, Duration ttl) {
      event(new LeaseEvent(Kind.RENEWED, lease, ttl.toNanos()));
    }

    @Override
    public void gone(long lease) {
      LeaseKeeper.this.gone(lease, "etcd says that it does not exist");
    }

    @Override
    public void broken() {
      event(LeaseEvent.of(Kind.BROKEN));
    }
  }

  /** The lease of one effective TTL. */
  private final class Slot {
    private Duration ttl;
    private LeaseState state;
    private int wanted;
    private boolean retiring;
    private @Nullable Slot successor;
    private @Nullable Slot predecessor;
    private CompletableFuture<?> granting = CompletableFuture.completedFuture(null);
    private final Alarm alarm;
    private final LeaseReports reports = new LeaseReports(env);

    Slot(Duration ttl) {
      this.ttl = ttl;
      this.state = LeaseState.idle(ttl);
      this.alarm = new Alarm(env.time(), env.context(), this::tick);
      all.add(this);
    }

    void tick() {
      if (sleep.slept(longSleep())) {
        event(LeaseEvent.of(Kind.WOKE));
        listener.woke();
      }
      handle(LeaseEvent.of(Kind.TICK));
    }

    void end() {
      endSuccessor();
      slots.remove(ttl, this);
      all.remove(this);
      handle(LeaseEvent.of(Kind.UNWANTED));
      alarm.clear();
      if (all.isEmpty()) {
        renewals.close(false);
      }
    }

    private void endSuccessor() {
      Slot next = successor;
      successor = null;
      if (next != null) {
        next.end();
      }
    }

    void gone(String why) {
      endSuccessor(); // what it was to replace is gone already
      reports.gone(state, why);
      handle(LeaseEvent.of(Kind.GONE, state.lease()));
      if (retiring) {
        end(); // and needs no other
      }
    }

    void handle(LeaseEvent event) {
      LeaseState old = state;
      LeaseMachine.Step step =
          LeaseMachine.next(old, event, env.time().nanoTime(), env.entropy().getAsLong());
      state = step.state();
      long wake = LeaseMachine.wakeAt(state);
      if (state.phase() == LeaseState.Phase.IDLE || wake == Long.MAX_VALUE) {
        alarm.clear();
      } else {
        alarm.set(wake);
      }
      for (LeaseMachine.Action action : step.actions()) {
        act(action, old);
      }
    }

    private void act(LeaseMachine.Action action, LeaseState old) {
      switch (action) {
        case GRANT -> grant(state.lease());
        case RENEW -> renewals.renew(state.lease());
        case ABANDON_STREAM -> abandonStream(this);
        case REVOKE -> revocations.revoke(old.lease(), granting);
        case TELL_HELD -> {
          reports.held(old, state);
          listener.held(state.lease());
        }
        case TELL_SUSPECT -> {
          reports.suspect(state);
          listener.suspect(state.lease());
        }
        case TELL_LOST -> listener.gone(old.lease());
      }
    }

    private void grant(long lease) {
      ours.add(lease);
      Duration asked = ttl;
      CompletableFuture<Grant> call = env.store().grant(lease, asked, env.callTimeout());
      granting = call;
      call.whenComplete(
          (grant, failure) ->
              env.context()
                  .execute(
                      () -> {
                        if (failure == null) {
                          granted(asked, grant.lease(), grant.ttl());
                        } else {
                          failed(lease, StoreException.of(failure));
                        }
                      }));
    }

    private void granted(Duration asked, long lease, Duration effective) {
      if (state.lease() == lease) {
        succeed();
        if (!effective.equals(asked)) {
          moveTo(effective);
        }
      }
      handle(new LeaseEvent(Kind.GRANTED, lease, effective.toNanos()));
    }

    /** Takes the place of the slot whose lease this one replaces, if it does. */
    private void succeed() {
      Slot before = predecessor;
      predecessor = null;
      if (before != null) {
        before.successor = null;
        before.retiring = true;
        wanted = before.wanted;
        before.wanted = 0;
        slots.put(ttl, this);
      }
    }

    /** etcd raised the TTL: this slot is the one of the TTL it became, or gives way to that one. */
    private void moveTo(Duration effective) {
      raised.replaceAll((asked, before) -> before.equals(ttl) ? effective : before);
      raised.put(ttl, effective);
      slots.remove(ttl);
      Slot there = slots.putIfAbsent(effective, this);
      ttl = effective;
      if (there != null) {
        there.wanted += wanted;
        wanted = 0;
        end();
        if (there.state.usable()) {
          listener.held(there.state.lease());
        }
      }
    }

    private void failed(long lease, StoreException cause) {
      boolean denied = cause.failure().ofUser();
      handle(LeaseEvent.of(denied ? Kind.GRANT_DENIED : Kind.GRANT_FAILED, lease));
      if (state.lease() == lease && predecessor == null) {
        reports.failed(cause);
        listener.failing(cause);
      }
    }
  }
}
