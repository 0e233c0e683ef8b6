package io.etcdregistry.internal.etcd;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * Which etcd to speak to, and how.
 *
 * @param seeds where to begin, at least one
 * @param tls empty for plain connections
 * @param login empty to send no credentials
 * @param refresh how often to ask the cluster for its members; empty for never
 * @param attempt how long one endpoint has for an answer before another is tried as well
 * @param rest how long an endpoint that did not answer is left alone
 */
public record EtcdConfig(
    List<Seed> seeds,
    Optional<Tls> tls,
    Optional<Login> login,
    Optional<Duration> refresh,
    Duration attempt,
    Duration rest) {

  /** How often the members are asked for, unless told otherwise. */
  public static final Duration DEFAULT_REFRESH = Duration.ofMinutes(5);

  /** What one attempt takes at most before the next begins, unless told otherwise. */
  public static final Duration DEFAULT_ATTEMPT = Duration.ofSeconds(1);

  /** How long a failed endpoint rests, unless told otherwise. */
  public static final Duration DEFAULT_REST = Duration.ofSeconds(2);

  /** Checks that there is a seed. */
  public EtcdConfig {
    seeds = List.copyOf(seeds);
    if (seeds.isEmpty()) {
      throw new IllegalArgumentException("seeds: none (expected: at least one)");
    }
  }

  /** Plain connections to these seeds, everything else as by default. */
  public static EtcdConfig of(Seed... seeds) {
    return new EtcdConfig(
        List.of(seeds),
        Optional.empty(),
        Optional.empty(),
        Optional.of(DEFAULT_REFRESH),
        DEFAULT_ATTEMPT,
        DEFAULT_REST);
  }

  /** The same with TLS. */
  public EtcdConfig with(Tls files) {
    return new EtcdConfig(seeds, Optional.of(files), login, refresh, attempt, rest);
  }

  /** The same with a user. */
  public EtcdConfig with(Login credentials) {
    return new EtcdConfig(seeds, tls, Optional.of(credentials), refresh, attempt, rest);
  }

  /** The same with another interval of asking for members, or none. */
  public EtcdConfig withRefresh(Optional<Duration> interval) {
    return new EtcdConfig(seeds, tls, login, interval, attempt, rest);
  }

  /**
   * Where an etcd was said to be.
   *
   * @param host a name or an address, an IPv6 one without brackets
   * @param port empty for 2379, or 4001 where 2379 refuses
   */
  public record Seed(String host, OptionalInt port) {
    /** A seed with its port. */
    public static Seed at(String host, int port) {
      return new Seed(host, OptionalInt.of(port));
    }
  }

  /**
   * PEM files; each is read again when it changes.
   *
   * @param ca whom to trust; empty for what the JVM trusts
   * @param cert our certificate, with what signed it; empty for none
   * @param key its private key
   */
  public record Tls(Optional<Path> ca, Optional<Path> cert, Optional<Path> key) {
    /** Checks that a certificate comes with its key. */
    public Tls {
      if (cert.isPresent() != key.isPresent()) {
        throw new IllegalArgumentException(
            cert.isPresent()
                ? "cert: without a key (expected: both or none)"
                : "key: without a cert (expected: both or none)");
      }
    }
  }

  /**
   * Who we are to etcd.
   *
   * @param user the user's name
   * @param password asked whenever a token is needed, so that a changed file is seen; may block,
   *     and throw
   */
  public record Login(String user, Supplier<String> password) {
    @Override
    public String toString() {
      return "Login[" + user + "]";
    }
  }
}
