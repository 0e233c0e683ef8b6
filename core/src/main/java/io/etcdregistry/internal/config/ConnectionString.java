package io.etcdregistry.internal.config;

import io.etcdregistry.RegistryException;
import io.etcdregistry.internal.net.Cidr;
import io.etcdregistry.internal.net.Ip;
import io.etcdregistry.internal.net.LocalAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a connection string says: {@code
 * [protocol://][user:password@]host[:port][,[protocol://]host[:port]…][/namespace][?option=value&…]}.
 *
 * @param seeds where etcd is said to be, at least one, in the order given
 * @param namespace segments joined by {@code /}; empty for none
 * @param timing how long things take
 * @param security how etcd is told that it is we, and we that it is etcd
 * @param self what is said of this process
 */
public record ConnectionString(
    List<Seed> seeds, String namespace, Timing timing, Security security, Self self) {
  /** The TTL unless told otherwise. */
  public static final Duration DEFAULT_TTL = Duration.ofSeconds(10);

  /** The operation timeout unless told otherwise. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

  /** How often etcd is asked for its members unless told otherwise. */
  public static final Duration DEFAULT_REFRESH = Duration.ofMinutes(5);

  /** Freezes the seeds. */
  public ConnectionString {
    seeds = List.copyOf(seeds);
  }

  /**
   * Reads a connection string. Looks at no file and no network.
   *
   * @param text the string; blanks around it do not count
   * @return what it says
   * @throws RegistryException {@code INVALID} with the part that is wrong, what was found and what
   *     was expected. No secret is ever quoted
   */
  public static ConnectionString parse(String text) {
    return new ConnectionParser(text).parse();
  }

  /**
   * How long things take.
   *
   * @param ttl how long a record outlives its owner's death, in whole seconds
   * @param timeout how long a verb waits for etcd
   * @param refresh how often etcd is asked for its members; empty for never
   */
  public record Timing(Duration ttl, Duration timeout, Optional<Duration> refresh) {}

  /**
   * How etcd is told that it is we, and we that it is etcd.
   *
   * @param tls whether connections are TLS
   * @param files the files for it; all empty without TLS
   * @param login who we are; empty to send no credentials
   * @param insecure whether a password may cross a network that anyone can read
   */
  public record Security(boolean tls, Files files, Optional<Login> login, boolean insecure) {}

  /**
   * PEM files.
   *
   * @param ca whom to trust; empty for what the JVM trusts
   * @param cert our certificate, with what signed it; empty for none
   * @param key its private key; there exactly if the certificate is
   */
  public record Files(Optional<Path> ca, Optional<Path> cert, Optional<Path> key) {}

  /**
   * Who we are to etcd.
   *
   * @param user the user's name
   * @param password the password, or the file it stands in
   */
  public record Login(String user, Secret password) {}

  /**
   * What is said of this process.
   *
   * @param zone where it runs, if that matters
   * @param hostname the address to advertise; never given together with the next two
   * @param networkInterface the network interface whose address to advertise
   * @param cidr the block of addresses in which the one to advertise lies
   */
  public record Self(
      Optional<String> zone,
      Optional<String> hostname,
      Optional<String> networkInterface,
      Optional<Cidr> cidr) {}

  /**
   * Checks that every file named can be read and is what it should be.
   *
   * @throws RegistryException {@code INVALID} with one sentence about the first that is not
   */
  public void checkFiles() {
    PemFiles.check(security.files());
    security.login().ifPresent(login -> login.password().reveal());
  }

  /** What it says about the address to advertise. */
  public LocalAddress.Wish addressWish() {
    return new LocalAddress.Wish(
        self.hostname(),
        self.networkInterface(),
        self.cidr(),
        seeds.stream().map(seed -> Ip.parse(seed.host())).flatMap(Optional::stream).toList());
  }

  /**
   * The same string in its shortest form, with stars for the password: harmless to show.
   *
   * @return a text that parses to the same, but for the password and its right to be sent in the
   *     clear
   */
  public String masked() {
    StringBuilder text = new StringBuilder(security.tls() ? "https://" : "http://");
    Optional<Login> known = security.login().filter(login -> login.password().file().isEmpty());
    known.ifPresent(login -> text.append(Percent.encode(login.user(), "-._~")).append(":***@"));
    text.append(seeds.stream().map(Seed::toString).collect(Collectors.joining(",")));
    if (!namespace.isEmpty()) {
      text.append('/').append(namespace);
    }
    List<String> options = options(known.isPresent());
    return text.append(options.isEmpty() ? "" : "?").append(String.join("&", options)).toString();
  }

  private List<String> options(boolean loginShown) {
    List<String> options = new ArrayList<>();
    if (!timing.ttl().equals(DEFAULT_TTL)) {
      add(options, "ttl", Optional.of(Durations.format(timing.ttl())));
    }
    if (!timing.timeout().equals(DEFAULT_TIMEOUT)) {
      add(options, "timeout", Optional.of(Durations.format(timing.timeout())));
    }
    if (!timing.refresh().equals(Optional.of(DEFAULT_REFRESH))) {
      add(options, "refresh", Optional.of(timing.refresh().map(Durations::format).orElse("false")));
    }
    add(options, "ca", security.files().ca());
    add(options, "cert", security.files().cert());
    add(options, "key", security.files().key());
    if (!loginShown) {
      add(options, "user", security.login().map(Login::user));
      add(options, "passwordFile", security.login().flatMap(login -> login.password().file()));
    }
    add(options, "zone", self.zone());
    add(options, "hostname", self.hostname());
    add(options, "interface", self.networkInterface());
    add(options, "cidr", self.cidr());
    if (security.insecure()) {
      options.add("insecure=true");
    }
    return options;
  }

  private static void add(List<String> options, String name, Optional<?> value) {
    value.ifPresent(v -> options.add(name + "=" + Percent.encode(v.toString(), "-._~/:")));
  }

  /** As {@link #masked()}. */
  @Override
  public String toString() {
    return masked();
  }
}
