package io.etcdregistry;

import static java.time.temporal.ChronoUnit.SECONDS;

import io.etcdregistry.RegistryException.Reason;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** How an instance is kept registered. Immutable: each setter returns a changed copy. */
public final class JoinOptions {
  /** The smallest TTL that may be asked for; etcd may raise it further. */
  public static final Duration MIN_TTL = Duration.ofSeconds(1);

  /** The largest TTL that may be asked for. */
  public static final Duration MAX_TTL = Duration.ofDays(1);

  private static final JoinOptions DEFAULTS = new JoinOptions(Optional.empty());

  private final Optional<Duration> ttl;

  private JoinOptions(Optional<Duration> ttl) {
    this.ttl = ttl;
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
    return new JoinOptions(Optional.of(checkTtl(ttl)));
  }

  /**
   * The TTL asked for.
   *
   * @return the TTL, or empty for the registry's own
   */
  public Optional<Duration> ttl() {
    return ttl;
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
    return "JoinOptions{ttl=" + ttl.map(Duration::toString).orElse("the registry's") + "}";
  }
}
