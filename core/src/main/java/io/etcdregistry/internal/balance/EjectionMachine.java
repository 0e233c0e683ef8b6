package io.etcdregistry.internal.balance;

import io.etcdregistry.internal.balance.Health.State;

/**
 * Decides how long an instance that fails is left out, and how it comes back: after a time that
 * doubles each time in a row, by one call that tries it.
 *
 * <p>Envoy's outlier detection, but with a trial: Envoy lets an instance back with its full share.
 */
final class EjectionMachine {
  private EjectionMachine() {}

  /** What happens to an instance. */
  enum Event {
    /** Its calls failed too often, and it may be left out. */
    CONDEMNED,
    /** Nobody is where it should be, and it may be left out. */
    UNREACHABLE,
    /** It must be let in, as too many are left out. */
    PARDONED,
    /** A call tries it. */
    TRIED,
    /** The call that tried it succeeded. */
    SUCCEEDED,
    /** The call that tried it failed. */
    FAILED,
    /** The call that tried it ended without telling. */
    UNTOLD,
    /** Time has passed. */
    TIME
  }

  /**
   * How long is left out.
   *
   * @param first the first time, in nanoseconds
   * @param longest the longest, and after how long without it the first is forgotten
   */
  record Terms(long first, long longest) {
    private long term(int times) {
      long term = first;
      for (int i = 0; i < times && term < longest; i++) {
        term *= 2;
      }
      return Math.min(term, Math.max(first, longest));
    }
  }

  /** Where an instance stands after an event; the same object if nothing changes. */
  static Health next(Health health, Event event, long now, Terms terms) {
    return switch (health.state()) {
      case WELL -> well(health, event, now, terms);
      case OUT -> out(health, event, now);
      case RETURNING, ON_TRIAL -> tried(health, event, now, terms);
    };
  }

  private static Health well(Health health, Event event, long now, Terms terms) {
    if (event != Event.CONDEMNED && event != Event.UNREACHABLE) {
      return health;
    }
    int least = event == Event.UNREACHABLE ? 1 : 0;
    boolean forgotten = now - health.since() > terms.longest();
    return out(now, forgotten ? least : Math.max(least, health.times()), now, terms);
  }

  private static Health out(long since, int times, long now, Terms terms) {
    return new Health(State.OUT, now + terms.term(times), times + 1, since);
  }

  private static Health out(Health health, Event event, long now) {
    if (event == Event.PARDONED) {
      return well(health, now);
    }
    boolean over = event == Event.TIME && now - health.until() >= 0;
    return over ? returning(health) : health;
  }

  private static Health tried(Health health, Event event, long now, Terms terms) {
    return switch (event) {
      case SUCCEEDED, PARDONED -> well(health, now);
      case FAILED -> out(health.since(), health.times(), now, terms);
      case TRIED -> health.state() == State.RETURNING ? onTrial(health, now, terms) : health;
      case UNTOLD -> health.state() == State.ON_TRIAL ? returning(health) : health;
      case TIME -> {
        boolean lost = health.state() == State.ON_TRIAL && now - health.until() >= 0;
        yield lost ? returning(health) : health;
      }
      case CONDEMNED, UNREACHABLE -> health;
    };
  }

  private static Health onTrial(Health health, long now, Terms terms) {
    return new Health(State.ON_TRIAL, now + terms.longest(), health.times(), health.since());
  }

  private static Health returning(Health health) {
    return new Health(State.RETURNING, 0, health.times(), health.since());
  }

  private static Health well(Health health, long now) {
    return new Health(State.WELL, 0, health.times(), now);
  }
}
