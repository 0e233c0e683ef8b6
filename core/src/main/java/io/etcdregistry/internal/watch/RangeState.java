package io.etcdregistry.internal.watch;

/**
 * Where the following of one range stands.
 *
 * @param phase what is known and being done
 * @param seen the last revision whose changes of this range are known
 * @param streamUp whether there is a stream to watch on
 * @param call the number of the list under way, 0 if none
 * @param calls how many lists were begun
 * @param live whether changes are known to come in
 * @param reset whether the next list is the first one after a reset of the cluster
 * @param doubtful whether something made the content doubtful since the last list was sent
 * @param dueAt when to list: to load, or to compare
 * @param failures lists and watches that failed in a row, until a comparison worked: a watch that
 *     is set up may be ended at once
 * @param manner what is done about breaks
 */
record RangeState(
    Phase phase,
    long seen,
    boolean streamUp,
    int call,
    int calls,
    boolean live,
    boolean reset,
    boolean doubtful,
    long dueAt,
    int failures,
    Manner manner) {
  /** What is known and being done. */
  enum Phase {
    /**
     * The content is not known, or out of date for good: to be listed. Leads to LOADED, WATCHED.
     */
    UNLOADED,
    /**
     * The content is known up to {@code seen}, and not watched. Leads to WATCHED, RETURNED,
     * UNLOADED.
     */
    LOADED,
    /**
     * The same, but there was no stream for a while: to be compared before it is watched. Leads to
     * WATCHED, LOADED, UNLOADED.
     */
    RETURNED,
    /** A watch from {@code seen} on was asked for or is set up. Leads to LOADED, UNLOADED. */
    WATCHED
  }

  /** What is done about breaks. */
  enum Manner {
    /** After a while without a stream it is compared before it is watched, else soon after. */
    EXACT,
    /** The same, but that is put off for a while: it may be out of date, and others may not. */
    PATIENT,
    /** An audit elsewhere finds what the watch has missed: no list is needed. */
    AUDITED
  }

  static final long NEVER = Long.MAX_VALUE;

  static RangeState unloaded(boolean streamUp) {
    return new RangeState(
        Phase.UNLOADED, 0, streamUp, 0, 0, false, false, false, 0, 0, Manner.EXACT);
  }

  static RangeState loaded(long seen, boolean streamUp) {
    return new RangeState(
        Phase.LOADED, seen, streamUp, 0, 0, false, false, false, NEVER, 0, Manner.EXACT);
  }

  RangeState in(Manner other) {
    return new RangeState(
        phase, seen, streamUp, call, calls, live, reset, doubtful, dueAt, failures, other);
  }

  RangeState phase(Phase next) {
    return new RangeState(
        next, seen, streamUp, call, calls, live, reset, doubtful, dueAt, failures, manner);
  }

  RangeState seen(long revision) {
    return new RangeState(
        phase, revision, streamUp, call, calls, live, reset, doubtful, dueAt, failures, manner);
  }

  RangeState stream(boolean up) {
    return new RangeState(
        phase, seen, up, call, calls, live, reset, doubtful, dueAt, failures, manner);
  }

  RangeState live(boolean now) {
    return new RangeState(
        phase, seen, streamUp, call, calls, now, reset, doubtful, dueAt, failures, manner);
  }

  RangeState doubted() {
    return new RangeState(
        phase, seen, streamUp, call, calls, live, reset, true, dueAt, failures, manner);
  }

  RangeState due(long at) {
    return new RangeState(
        phase, seen, streamUp, call, calls, live, reset, doubtful, at, failures, manner);
  }

  RangeState calling() {
    return new RangeState(
        phase, seen, streamUp, calls + 1, calls + 1, live, reset, false, NEVER, failures, manner);
  }

  RangeState answered(long at) {
    return new RangeState(
        phase, seen, streamUp, 0, calls, live, reset, doubtful, at, failures, manner);
  }

  RangeState failed(long at) {
    return new RangeState(
        phase, seen, streamUp, 0, calls, live, reset, doubtful, at, failures + 1, manner);
  }

  RangeState worked() {
    return new RangeState(
        phase, seen, streamUp, call, calls, live, reset, doubtful, dueAt, 0, manner);
  }

  RangeState reset(boolean now) {
    return new RangeState(
        phase, seen, streamUp, call, calls, live, now, doubtful, dueAt, failures, manner);
  }
}
