package io.etcdregistry.internal.etcd;

import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.spi.Time;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One call, carried to an answer over as many endpoints as it takes.
 *
 * @param <Q> the request
 * @param <R> the answer
 */
final class Hedge<Q, R> {
  /*
   * An attempt that fails makes way for the next at once. One that is not answered within its time is
   * left running and the next is begun beside it: the first answer wins, the others are cancelled. So
   * a dead member costs one attempt time, and a slow cluster still answers within the caller's
   * timeout.
   *
   * A round tries every endpoint once; after it comes a pause, and the next round. An endpoint counts
   * as tried by its link: if that was replaced since (see Endpoints.silent), the endpoint may be
   * tried again beside the old attempt.
   *
   * An attempt that was sent and not answered, or answered by "timed out" and the like, may have been
   * carried out, or may be later: that is what straggling and mayApply tell.
   *
   * Everything here is of the loop.
   */
  private static final int TOKEN_RENEWALS = 3;
  private static final Duration LEAST_ATTEMPT = Duration.ofMillis(200);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final int PAUSE_DOUBLINGS = 4;

  private final Engine engine;
  private final Loop loop;
  private final Call<Q, R> call;
  private final Q request;
  private final Duration timeout;
  private final CompletableFuture<Answer<R>> result = new CompletableFuture<>();
  private final List<Attempt> running = new ArrayList<>();
  private final Set<Object> tried = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<Address, Fault> faults = new LinkedHashMap<>();
  private Tokens.Token token = Tokens.NONE;
  private int renewals;
  private boolean authenticating;
  private int round;
  private boolean ambiguous;
  private boolean done;
  private Time.@Nullable Scheduled pause;
  private Time.@Nullable Scheduled budget;

  Hedge(Engine engine, Call<Q, R> call, Q request, Duration timeout) {
    this.engine = engine;
    this.loop = engine.loop();
    this.call = call;
    this.request = request;
    this.timeout = timeout;
  }

  /** Completed on the call's readers, exceptionally with a {@link StoreException} only. */
  CompletableFuture<Answer<R>> result() {
    return result;
  }

  void begin() {
    budget = loop.after(timeout, this::expire);
    if (call.credentialed()) {
      authenticate(Tokens.NONE);
    } else {
      next();
    }
  }

  /** Gets a token newer than the one given, then goes on. */
  private void authenticate(Tokens.Token outdated) {
    authenticating = true;
    loop.hear(engine.tokens().newerThan(outdated), this::authenticated);
  }

  private void authenticated(Tokens.@Nullable Token fresh, @Nullable Throwable error) {
    authenticating = false;
    if (done) {
      return;
    }
    if (fresh == null) {
      fail(StoreException.of(Objects.requireNonNull(error)), List.of());
      return;
    }
    token = fresh;
    proceed();
  }

  /** Sees to it that something is under way. */
  private void proceed() {
    if (done || authenticating || pause != null) {
      return;
    }
    for (Attempt attempt : running) {
      if (!attempt.overdue) {
        return;
      }
    }
    next();
  }

  private void next() {
    Endpoint endpoint = engine.endpoints().pick(this::tried).orElse(null);
    if (endpoint == null) {
      pause();
      return;
    }
    Link link = engine.endpoints().link(endpoint);
    tried.add(link);
    Attempt attempt = new Attempt(endpoint, link);
    running.add(attempt);
    attempt.begin();
  }

  /** The time of one attempt: short enough that another fits into the timeout. */
  private Duration attemptTime() {
    Duration usual = engine.config().attempt().multipliedBy(call.patience());
    Duration third = timeout.dividedBy(3);
    Duration time = third.compareTo(usual) < 0 ? third : usual;
    return time.compareTo(LEAST_ATTEMPT) < 0 ? LEAST_ATTEMPT : time;
  }

  private boolean tried(Endpoint endpoint) {
    Link link = endpoint.link();
    return tried.contains(endpoint) || (link != null && tried.contains(link));
  }

  private void pause() {
    if (running.isEmpty() && hopeless()) {
      expire();
      return;
    }
    Duration delay = FIRST_PAUSE.multipliedBy(1L << Math.min(round++, PAUSE_DOUBLINGS));
    pause = loop.after(Loop.spread(delay, 0.5), this::nextRound);
  }

  private boolean hopeless() {
    for (Endpoint endpoint : engine.endpoints().all()) {
      Fault fault = faults.get(endpoint.address());
      if (fault == null || !fault.kind().lasting()) {
        return false;
      }
    }
    return true;
  }

  private void nextRound() {
    pause = null;
    if (done) {
      return;
    }
    tried.clear();
    for (Attempt attempt : running) {
      engine.endpoints().silent(attempt.endpoint, attempt.link, attempt.startedAt);
      tried.add(attempt.link);
    }
    next();
  }

  private void expire() {
    if (done) {
      return;
    }
    List<Attempt> open = List.copyOf(running);
    open.forEach(Attempt::cancel);
    fail(authenticating ? engine.tokens().soFar() : soFar(), open);
  }

  /** Why there is no answer yet: each endpoint's last cause, or how long it has been silent. */
  StoreException soFar() {
    boolean unanswered = running.stream().anyMatch(Attempt::sent);
    Failure failure = unanswered ? Failure.TIMED_OUT : StoreExceptions.summary(faults.values());
    Map<Address, String> stories = new LinkedHashMap<>();
    running.forEach(attempt -> stories.putIfAbsent(attempt.link.address(), attempt.story()));
    faults.forEach((address, fault) -> stories.putIfAbsent(address, fault.text()));
    StringBuilder message = new StringBuilder(call.what()).append(" failed");
    stories.forEach(
        (address, story) -> message.append("; ").append(address).append(": ").append(story));
    return new StoreException(failure, message.toString());
  }

  /** Ends it from outside. */
  void abort(StoreException cause) {
    if (!done) {
      List<Attempt> open = List.copyOf(running);
      open.forEach(Attempt::cancel);
      fail(cause, open);
    }
  }

  private void fail(StoreException cause, List<Attempt> open) {
    boolean mayApply = call.writes() && (ambiguous || open.stream().anyMatch(Attempt::sent));
    end();
    StoreException failure =
        mayApply
            ? new StoreException(
                cause.failure(), true, String.valueOf(cause.getMessage()), cause.getCause())
            : cause;
    engine.finish(this, call.readers(loop), () -> result.completeExceptionally(failure));
  }

  private void succeed(@Nullable R message, @Nullable Fault refusal, Link from) {
    List<Attempt> open = List.copyOf(running);
    open.forEach(Attempt::cancel);
    boolean unanswered = call.writes() && open.stream().anyMatch(Attempt::sent);
    boolean straggling = unanswered || (call.writes() && ambiguous);
    end();
    Answer<R> answer =
        message != null
            ? Answer.of(message, straggling, unanswered)
            : Answer.refused(
                Objects.requireNonNull(refusal), call.what() + " at " + from.address(), straggling);
    engine.finish(this, call.readers(loop), () -> result.complete(answer));
  }

  private void end() {
    done = true;
    running.clear();
    cancel(budget);
    cancel(pause);
  }

  private static void cancel(Time.@Nullable Scheduled timer) {
    if (timer != null) {
      timer.cancel();
    }
  }

  /** One endpoint's try. */
  private final class Attempt implements Unary.Ending<R> {
    private final Endpoint endpoint;
    private final Link link;
    private final long startedAt = loop.now();
    private final Time.Scheduled timer;
    private boolean overdue;
    private boolean ended;
    private @Nullable Unary<R> rpc;

    Attempt(Endpoint endpoint, Link link) {
      this.endpoint = endpoint;
      this.link = link;
      this.timer = loop.after(attemptTime(), this::late);
    }

    void begin() {
      if (link.verified()) {
        send();
      } else {
        engine.probe(endpoint, link, this::probed);
      }
    }

    private void probed(@Nullable Fault fault) {
      if (ended) {
        return;
      }
      if (fault == null) {
        send();
      } else {
        fault(fault);
      }
    }

    private void send() {
      Unary.EndingIn<R> ending = new Unary.EndingIn<>(loop, this);
      rpc = Unary.send(link, call, token.text(), request, ending);
    }

    boolean sent() {
      return rpc != null && rpc.sent();
    }

    void cancel() {
      ended = true;
      timer.cancel();
      if (rpc != null) {
        rpc.cancel();
      }
    }

    private void late() {
      if (!ended) {
        overdue = true;
        engine.endpoints().silent(endpoint, link, startedAt);
        proceed();
      }
    }

    @Override
    public void answered(R answer) {
      if (leave()) {
        long cluster = call.header().apply(answer).getClusterId();
        if (engine.endpoints().answered(endpoint, link, cluster)) {
          succeed(answer, null, link);
        } else {
          faults.put(link.address(), new Fault(Fault.Kind.MISMATCH, "belongs to another cluster"));
          proceed();
        }
      }
    }

    @Override
    public void failed(Status status) {
      if (ended) {
        return;
      }
      Fault fault = link.fault(status);
      if (fault.kind() == Fault.Kind.CLOSED_EARLY) {
        engine.diagnose(link, fault, this::fault);
      } else {
        fault(fault);
      }
    }

    private void fault(Fault fault) {
      if (!leave()) {
        return;
      }
      ambiguous |= fault.kind().ambiguous() && sent();
      switch (fault.kind().next()) {
        case TELL -> {
          engine.endpoints().well(endpoint, link);
          succeed(null, fault, link);
        }
        case TOKEN -> {
          if (engine.tokens().known() && renewals++ < TOKEN_RENEWALS) {
            tried.remove(link);
            authenticate(token);
          } else {
            succeed(null, fault, link);
          }
        }
        case ELSEWHERE -> {
          faults.put(link.address(), fault);
          if (!engine.endpoints().failed(endpoint, link, fault)) {
            tried.add(endpoint);
          }
          proceed();
        }
      }
    }

    /** Whether it was still running. */
    private boolean leave() {
      boolean first = !ended;
      ended = true;
      timer.cancel();
      running.remove(this);
      return first;
    }

    /** What became of it so far, for a person. */
    String story() {
      double seconds = (loop.now() - startedAt) / 1e9;
      String state = sent() ? "no answer" : "no connection";
      return String.format(Locale.ROOT, "%s for %.1f s", state, seconds);
    }
  }
}
