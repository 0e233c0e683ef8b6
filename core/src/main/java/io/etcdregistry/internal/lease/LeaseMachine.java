package io.etcdregistry.internal.lease;

import io.etcdregistry.internal.lease.LeaseState.Phase;
import io.etcdregistry.internal.time.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides about one lease: a pure function of its state, what happened, and the time.
 *
 * <p>The rules are etcd's: a lease is renewed three times in a TTL; only an answer of etcd ends it,
 * never a local clock, for a new leader gives every lease its full TTL again; a stream that does
 * not answer within a third of a TTL is taken for hung and opened elsewhere. A stream that ends
 * between two renewals is no reason to hurry: the next renewal opens another.
 *
 * <p>etcd's gRPC proxy renews three times in a TTL by itself, and answers whoever asked only when
 * it has. So what is answered late is asked for again that much later, little by little, until the
 * question comes just before the proxy's own renewal. The next question is never later than two
 * fifths of the TTL after the last: if it is not answered, a quarter of the TTL is left to ask
 * elsewhere.
 */
final class LeaseMachine {
  /** Grants and streams that fail are tried again after this. */
  static final Backoff RETRY = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2));

  /** A refusal is not lifted soon. */
  static final Backoff RETRY_DENIED = new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(30));

  /** After a loss all clients come back at once: they spread over half a TTL, or this at most. */
  static final Duration MAX_SPREAD = Duration.ofSeconds(5);

  /**
   * Where renewals went unanswered before, the next has so many of these at least, up to four: with
   * a small TTL on a slow network no answer would ever be waited for, not even that it is gone.
   */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  /** Who asks a proxy asks this part of a TTL before it renews. */
  private static final int PROXY_LEAD = 60;

  /** What is to be done, in order. */
  enum Action {
    /** Grant a lease with the id of the new state. */
    GRANT,
    /** Send a renewal, on a stream that is opened if there is none. */
    RENEW,
    /** Give up the stream as hung before anything else is sent. */
    ABANDON_STREAM,
    /** Revoke the lease of the old state. */
    REVOKE,
    /** Tell that keys can be put under the lease of the new state. */
    TELL_HELD,
    /** Tell that the lease may be gone. */
    TELL_SUSPECT,
    /** Tell that the lease of the old state is gone with all its keys. */
    TELL_LOST
  }

  /**
   * A decision.
   *
   * @param state the new state; its {@code dueAt} is the next wake-up
   * @param actions what to do
   */
  record Step(LeaseState state, List<Action> actions) {
    Step(LeaseState state, Action... actions) {
      this(state, List.of(actions));
    }
  }

  private LeaseMachine() {}

  /**
   * Decides.
   *
   * @param state the state so far
   * @param event what happened
   * @param now the monotonic clock
   * @param entropy a fresh random number: a lease id or a jitter comes from it
   */
  static Step next(LeaseState state, LeaseEvent event, long now, long entropy) {
    boolean stale = event.lease() != 0 && event.lease() != state.lease();
    if (stale) {
      return new Step(state); // an answer about a lease already given up
    }
    return switch (event.kind()) {
      case WANTED -> state.phase() == Phase.IDLE ? grant(state, now, entropy) : new Step(state);
      case UNWANTED -> unwanted(state);
      case GRANTED ->
          state.phase() == Phase.GRANTING ? granted(state, event.ttl(), now) : new Step(state);
      case GRANT_FAILED -> grantFailed(state, RETRY, now, entropy);
      case GRANT_DENIED -> grantFailed(state, RETRY_DENIED, now, entropy);
      case RENEWED -> renewed(state, event.ttl(), now);
      case GONE -> gone(state, now, entropy);
      case BROKEN -> broken(state, now, entropy);
      case WOKE -> woke(state, now);
      case TICK -> tick(state, now, entropy);
    };
  }

  private static Step grant(LeaseState state, long now, long entropy) {
    long fresh = Math.max(1, entropy >>> 1); // etcd's ids are positive
    long id = state.lease() == 0 ? fresh : state.lease();
    return new Step(state.granting(id, now), Action.GRANT);
  }

  private static Step granted(LeaseState state, long ttl, long now) {
    // an earlier try may have granted it long ago: then its time runs already
    long due = state.failures() == 0 ? state.sentAt() + ttl / 3 : now;
    return new Step(state.held(ttl, state.sentAt(), due), Action.TELL_HELD);
  }

  private static Step grantFailed(LeaseState state, Backoff backoff, long now, long entropy) {
    if (state.phase() != Phase.GRANTING) {
      return new Step(state);
    }
    int failures = state.failures() + 1;
    long at = now + backoff.nanos(failures, entropy);
    return new Step(state.waiting(state.lease(), at, failures));
  }

  private static Step unwanted(LeaseState state) {
    LeaseState idle = LeaseState.idle(Duration.ofNanos(state.ttl()));
    boolean mayExist = state.lease() != 0;
    return mayExist ? new Step(idle, Action.REVOKE) : new Step(idle);
  }

  private static Step renewed(LeaseState state, long ttl, long now) {
    if (!state.asking()) {
      return new Step(state); // the second answer: there is no knowing when its question was sent
    }
    long due = Math.max(state.sentAt() + ttl / 3, now + ttl / 3 - ttl / PROXY_LEAD);
    long latest = state.sentAt() + 2 * ttl / 5;
    LeaseState held = state.held(ttl, state.sentAt(), Math.max(now, Math.min(due, latest)));
    return state.phase() == Phase.SUSPECT ? new Step(held, Action.TELL_HELD) : new Step(held);
  }

  private static Step gone(LeaseState state, long now, long entropy) {
    if (!state.usable()) {
      return new Step(state);
    }
    long spread = Math.min(state.ttl() / 2, MAX_SPREAD.toNanos());
    return new Step(state.waiting(0, now + Backoff.jitter(spread, entropy), 0), Action.TELL_LOST);
  }

  private static Step broken(LeaseState state, long now, long entropy) {
    if (!state.asking()) {
      return new Step(state);
    }
    int failures = state.failures() + 1;
    long pause = Math.min(RETRY.nanos(failures, entropy), state.ttl() / 6);
    return new Step(state.unanswered(now + pause, failures));
  }

  /**
   * Asks at once. A renewal under way may have been answered while nothing ran here, so that it is
   * given a moment more, but no more than that: a clock that is set must not hide a hung stream.
   */
  private static Step woke(LeaseState state, long now) {
    if (!state.usable()) {
      return new Step(state);
    }
    long sent = state.asking() ? state.sentAt() : now;
    long due =
        state.asking()
            ? Math.max(state.dueAt(), now + PATIENCE.toNanos())
            : now + patience(state, state.failures());
    return new Step(state.asked(sent, due, state.failures()), Action.RENEW);
  }

  private static long patience(LeaseState state, int failures) {
    return Math.max(state.ttl() / 3, PATIENCE.toNanos() * Math.min(failures, 4));
  }

  private static Step tick(LeaseState state, long now, long entropy) {
    List<Action> actions = new ArrayList<>();
    LeaseState next = state;
    if (state.phase() == Phase.HELD && now - state.renewedAt() >= state.ttl()) {
      next = next.suspect();
      actions.add(Action.TELL_SUSPECT);
    }
    if (now < state.dueAt()) {
      return new Step(next, actions);
    }
    return switch (state.phase()) {
      case IDLE, GRANTING -> new Step(state);
      case WAITING -> grant(state, now, entropy);
      case HELD, SUSPECT -> {
        int failures = state.failures();
        if (state.asking()) {
          actions.add(Action.ABANDON_STREAM);
          failures++;
        }
        actions.add(Action.RENEW);
        yield new Step(next.asked(now, now + patience(state, failures), failures), actions);
      }
    };
  }

  /** When to look again: at the due time, or when a held lease becomes suspect. */
  static long wakeAt(LeaseState state) {
    return state.phase() == Phase.HELD
        ? Math.min(state.dueAt(), state.renewedAt() + state.ttl())
        : state.dueAt();
  }
}
