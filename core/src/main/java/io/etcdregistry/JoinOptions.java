package io.etcdregistry;

import static java.time.temporal.ChronoUnit.SECONDS;

import io.etcdregistry.RegistryException.Reason;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/** How an instance is kept registered. Immutable: each setter returns a changed copy. */
public final class JoinOptions {
  /** The smallest TTL that may be asked for; etcd may raise it further. */
  public static final Duration MIN_TTL = Duration.ofSeconds(1);

  /** The largest TTL that may be asked for. */
  public static final Duration MAX_TTL = Duration.ofDays(1);

  private static final JoinOptions DEFAULTS = new JoinOptions(Optional.empty(), Optional.empty());

  private final Optional<Duration> ttl;
  private final Optional<Predicate<Instance>> readiness;

  private JoinOptions(Optional<Duration> ttl, Optional<Predicate<Instance>> readiness) {
    this.ttl = ttl;
    this.readiness = readiness;
  }

  /**
   * The options of a join that names none.
   *
   * @return options that leave everything to the registry
   */
  public static JoinOptions defaults() {
    return DEFAULTS;
  }

  /**
   * How long the record outlives its owner's death.
   *
   * @param ttl whole seconds from {@link #MIN_TTL} to {@link #MAX_TTL}; etcd raises what is below
   *     1.5 times its election timeout, and {@link Registration#ttl()} tells what it became
   * @return changed options
   * @throws RegistryException {@code INVALID} if the TTL is out of range or not in whole seconds
   */
  public JoinOptions ttl(Duration ttl) {
    return new JoinOptions(Optional.of(checkTtl(ttl)), readiness);
  }

  /**
   * The TTL asked for.
   *
   * @return the TTL, or empty for the registry's own
   */
  public Optional<Duration> ttl() {
    return ttl;
  }

  /**
   * Joins only once a check passes, and goes on checking.
   *
   * <p>Before the first pass nothing is written to etcd: {@code join} waits for it within its
   * timeout, {@code announce} for ever; the check runs every 250 ms. From then on it runs every 5
   * s, every second while it wavers. Three failures in a row mark the record {@code down}, which is
   * not called but stays in lists; two passes in a row bring it back. A record that is {@code
   * draining} stays so.
   *
   * @param check told the instance as it is joined, on a thread of the registry's that may block;
   *     fails by {@code false}, by throwing anything, or by taking more than 5 s. It is never run
   *     beside itself
   * @return changed options
   */
  public JoinOptions readyWhen(Predicate<Instance> check) {
    return new JoinOptions(ttl, Optional.of(check));
  }

  /**
   * As {@link #readyWhen} with: the instance's port accepts a TCP connection at its hostname,
   * within 2 s.
   *
   * @return changed options
   */
  public JoinOptions readyWhenListening() {
    return readyWhen(ReadyCheck::listens);
  }

  /**
   * As {@link #readyWhen} with: a GET is answered by a status from 100 to 399 within 2 s. Redirects
   * are not followed; certificates are checked as the JVM does by default.
   *
   * @param path relative to the instance's URL, for example {@code /health}
   * @return changed options
   * @throws RegistryException {@code INVALID} if the path does not begin with a slash
   */
  public JoinOptions readyWhenHttp(String path) {
    if (!path.startsWith("/")) {
      throw new RegistryException(
          Reason.INVALID, "path: \"" + path + "\" (expected: a path that begins with \"/\")");
    }
    return readyWhen(instance -> ReadyCheck.answers(instance, path));
  }

  /**
   * The check that has to pass.
   *
   * @return the check, or empty if it is joined at once
   */
  public Optional<Predicate<Instance>> readiness() {
    return readiness;
  }

  static Duration checkTtl(Duration ttl) {
    Objects.requireNonNull(ttl, "ttl");
    if (ttl.compareTo(MIN_TTL) < 0
        || ttl.compareTo(MAX_TTL) > 0
        || !ttl.truncatedTo(SECONDS).equals(ttl)) {
      throw new RegistryException(
          Reason.INVALID,
          "ttl: " + ttl + " (expected: whole seconds from " + MIN_TTL + " to " + MAX_TTL + ")");
    }
    return ttl;
  }

  @Override
  public String toString() {
    String asked = ttl.map(Duration::toString).orElse("the registry's");
    return "JoinOptions{ttl=" + asked + (readiness.isPresent() ? ", when ready" : "") + "}";
  }
}
