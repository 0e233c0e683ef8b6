package io.etcdregistry.internal.etcd;

import io.etcdregistry.protocol.Member;
import io.etcdregistry.protocol.MemberListRequest;
import io.etcdregistry.protocol.MemberListResponse;
import io.etcdregistry.spi.Time;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the endpoints up with the cluster's members. Of the loop, all of it.
 *
 * <p>The seeds are always kept. What the cluster tells of besides is used only after a probe
 * without credentials found the seeds' cluster there, as advertised addresses may lead anywhere.
 */
final class Members {
  private static final double JITTER = 0.2;
  private static final int ATTEMPT_TIMES = 5;
  private static final int MOST_DOUBLINGS = 10;
  private static final Duration SOON = Duration.ofSeconds(2);
  private static final Duration APART = Duration.ofSeconds(10);

  private final Engine engine;
  private final Duration interval;
  private final String scheme;
  private Time.@Nullable Scheduled next;
  private long dueAt;
  private long lastAt;
  private int failures;
  private boolean asking;
  private boolean anyReached;
  private boolean off;

  Members(Engine engine, Duration interval) {
    this.engine = engine;
    this.interval = interval;
    this.scheme = engine.config().tls().isPresent() ? "https" : "http";
    this.lastAt = engine.loop().now() - APART.toNanos();
  }

  /** Asks soon, but not over and over: after a failure, or at the start. */
  void soon() {
    long earliest = lastAt + apart().toNanos() - engine.loop().now();
    Duration wait = Loop.spread(SOON, 0.5);
    schedule(earliest > wait.toNanos() ? Duration.ofNanos(earliest) : wait);
  }

  void close() {
    off = true;
    if (next != null) {
      next.cancel();
    }
  }

  private void schedule(Duration delay) {
    long at = engine.loop().now() + delay.toNanos();
    if (off || asking || (next != null && dueAt - at <= 0)) {
      return;
    }
    if (next != null) {
      next.cancel();
    }
    dueAt = at;
    next =
        engine
            .loop()
            .after(
                delay,
                () -> {
                  if (dueAt == at) {
                    ask();
                  }
                });
  }

  private void ask() {
    if (off || asking) {
      return;
    }
    asking = true;
    next = null;
    lastAt = engine.loop().now();
    MemberListRequest request = MemberListRequest.newBuilder().setLinearizable(true).build();
    Duration timeout = engine.config().attempt().multipliedBy(ATTEMPT_TIMES);
    engine
        .loop()
        .hear(engine.call(Call.MEMBERS, request, timeout), (answer, error) -> told(answer));
  }

  private void told(@Nullable Answer<MemberListResponse> answer) {
    if (answer == null || answer.refusal().isPresent()) {
      failures++;
      done();
      return;
    }
    failures = 0;
    Set<Address> listed = new LinkedHashSet<>();
    for (Member member : answer.orThrow().getMembersList()) {
      // A member without a name has not started; a learner serves no linearizable read.
      if (!member.getName().isEmpty() && !member.getIsLearner()) {
        member
            .getClientURLsList()
            .forEach(url -> Address.ofUrl(url, scheme).ifPresent(listed::add));
      }
    }
    if (listed.isEmpty()) {
      done();
    } else {
      new Round(listed).begin();
    }
  }

  private void done() {
    asking = false;
    Duration again = apart();
    schedule(Loop.spread(failures > 0 && again.compareTo(interval) < 0 ? again : interval, JITTER));
  }

  /** Longer each time that nobody answered: then everybody has more urgent things to ask. */
  private Duration apart() {
    return APART.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
  }

  /** One list of members, being tried. */
  private final class Round {
    private final Set<Address> listed;
    private final List<Endpoint> found = new ArrayList<>();
    private int open;
    private boolean known;

    Round(Set<Address> listed) {
      this.listed = listed;
    }

    void begin() {
      List<Endpoint> strangers = new ArrayList<>();
      for (Address address : listed) {
        if (engine.endpoints().all().stream().anyMatch(each -> each.has(address))) {
          known = true;
        } else {
          strangers.add(Endpoint.discovered(address, engine.loop().now()));
        }
      }
      open = strangers.size() + 1;
      strangers.forEach(this::probe);
      finished();
    }

    private void probe(Endpoint stranger) {
      Trial trial = new Trial(stranger);
      trial.timer = engine.loop().after(engine.config().rest(), () -> trial.ended(false));
      engine.probe(
          stranger, engine.endpoints().link(stranger), fault -> trial.ended(fault == null));
    }

    private void finished() {
      open--;
      if (open > 0 || off) {
        return;
      }
      anyReached |= known || !found.isEmpty();
      if (anyReached) {
        engine.endpoints().install(found, listed);
        engine.endpoints().goHome();
        done();
      } else {
        off = true;
        engine
            .telemetry()
            .note(
                "members",
                Level.INFO,
                "None of the addresses that the etcd members advertise leads to them from here ("
                    + listed
                    + "): using the endpoints given, and not asking again");
      }
    }

    /** One address, being tried. */
    private final class Trial {
      private final Endpoint stranger;
      private boolean over;
      private Time.@Nullable Scheduled timer;

      Trial(Endpoint stranger) {
        this.stranger = stranger;
      }

      void ended(boolean ours) {
        if (over) {
          return;
        }
        over = true;
        if (timer != null) {
          timer.cancel();
        }
        if (ours) {
          found.add(stranger);
        } else {
          stranger.kill();
        }
        finished();
      }
    }
  }
}
